import { McpServer, type CallToolResult } from '@modelcontextprotocol/server';
import * as z from 'zod';

const text = (message: string): CallToolResult => ({ content: [{ type: 'text', text: message }] });

const registry = {
  versions: async (pkg: string): Promise<string[]> => {
    console.log(`GET /${pkg}`);
    return ['1.4.1', '1.5.0', '2.0.0'];
  },
  publish: async (pkg: string, version: string): Promise<void> => {
    console.log(`PUT /${pkg}/${version}`);
  },
};

export function createServer(): McpServer {
  const server = new McpServer({ name: 'registry', version: '1.0.0' });

  server.registerTool(
    'publish_release',
    {
      description: 'Publish the next version of a package',
      inputSchema: z.object({ pkg: z.string().meta({ examples: ['left-pad'] }) }),
    },
    async ({ pkg }, ctx) => {
      // Asked of the registry once: what is needed later travels with the client.
      const versions = await registry.versions(pkg);
      const choice = await ctx.mcpReq.elicitInput({
        message: `Which version of ${pkg} comes next?`,
        requestedSchema: {
          type: 'object',
          properties: { version: { type: 'string', title: 'Version', enum: versions } },
          required: ['version'],
        },
      });
      if (choice.action !== 'accept') return text('Nothing was published.');
      const version = String(choice.content?.version);

      if (version.endsWith('.0.0')) {
        const breaking = await ctx.mcpReq.elicitInput({
          message: `${version} breaks its users. Type the name of the package to go on.`,
          requestedSchema: {
            type: 'object',
            properties: { name: { type: 'string', title: 'Name' } },
            required: ['name'],
          },
        });
        if (breaking.content?.name !== pkg) return text(`${version} was not published.`);
      }

      await registry.publish(pkg, version);
      return text(`Published ${pkg} ${version}; ${versions.length - 1} other versions were left.`);
    },
  );

  return server;
}
