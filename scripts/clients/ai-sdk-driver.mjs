/**
 * Runs one flow with the client of the AI SDK, in a process of its own since that needs a newer Node.js. Reads
 * `{ server, era, flow }` from standard input, writes `{ result, asks }`. Argument: where the client is installed.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [directory = '.'] = process.argv.slice(2);
const { resolve } = createRequire(join(directory, 'package.json'));
const load = (name) => import(pathToFileURL(resolve(name)).href);
const { createMCPClient, ElicitationRequestSchema } = await load('@ai-sdk/mcp');
const { Experimental_StdioMCPTransport: StdioTransport } = await load('@ai-sdk/mcp/mcp-stdio');

const { server, era, flow } = JSON.parse(readFileSync(0, 'utf8'));
const client = await createMCPClient({
  transport:
    server.transport === 'http'
      ? { type: 'http', url: server.url }
      : new StdioTransport({
          command: server.command,
          args: [server.entry],
          env: server.env,
          stderr: 'ignore',
        }),
  capabilities: { elicitation: {} },
  protocolVersionDiscovery: era === '2026-07-28',
});

const asks = [];
const left = [...flow.answers];
client.onElicitationRequest(ElicitationRequestSchema, ({ method, params }) => {
  const { _meta, mode: _form, ...asked } = params;
  asks.push({ method, ...asked });
  return left.shift();
});
try {
  if (client.initializeResult.protocolVersion !== era)
    throw new Error(`negotiated ${client.initializeResult.protocolVersion}`);
  const result = await client.callTool({ name: flow.tool, arguments: flow.args }).then(
    ({ content, isError = false, structuredContent }) => ({ content, isError, structuredContent }),
    (error) => ({ error: String(error) }),
  );
  process.stdout.write(JSON.stringify({ result, asks }));
} finally {
  await client.close();
}
