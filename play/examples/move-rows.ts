import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** A transaction is alive in one process: it can be sent nowhere. */
class Transaction {
  readonly #moved: number[] = [];

  move(count: number): void {
    this.#moved.push(count);
    console.log(`move ${count} rows`);
  }

  commit(): string {
    console.log('commit');
    return `${this.#moved.length} moves committed`;
  }
}

export function createServer(): McpServer {
  const server = new McpServer({ name: 'database', version: '1.0.0' });

  // Refused: the transaction is needed after the question and is not data. Begin it after the question instead.
  server.registerTool(
    'move_rows',
    {
      description: 'Move rows to the archive',
      inputSchema: z.object({ count: z.number().meta({ examples: [120] }) }),
    },
    async ({ count }, ctx) => {
      const transaction = new Transaction();
      transaction.move(count);
      const confirm = await ctx.mcpReq.elicitInput({
        message: `Commit the move of ${count} rows?`,
        requestedSchema: { type: 'object', properties: {} },
      });
      if (confirm.action !== 'accept') return { content: [{ type: 'text', text: 'Rolled back.' }] };
      return { content: [{ type: 'text', text: transaction.commit() }] };
    },
  );

  return server;
}
