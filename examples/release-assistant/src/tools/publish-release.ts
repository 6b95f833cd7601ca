import { randomUUID } from 'node:crypto';

import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

import type { Ledger } from '../ledger.js';
import { currentVersion, isMajor, nextVersions } from '../registry.js';

function text(message: string): CallToolResult {
  return { content: [{ type: 'text', text: message }] };
}

/** Picks a version with the user, has it confirmed, signs in and publishes. */
export function registerPublishRelease(server: McpServer, ledger: Ledger): void {
  server.registerTool(
    'publish_release',
    {
      description: 'Publish the next version of a package',
      inputSchema: z.object({ pkg: z.string() }),
    },
    async ({ pkg }, ctx): Promise<CallToolResult> => {
      const versions = await nextVersions(pkg);
      const choice = await ctx.mcpReq.elicitInput({
        message: `${pkg} is at ${currentVersion(pkg)}. Which version comes next?`,
        requestedSchema: {
          type: 'object',
          properties: { version: { type: 'string', title: 'Version', enum: versions } },
          required: ['version'],
        },
      });
      if (choice.action !== 'accept') return text(`Nothing published: no version of ${pkg} was chosen.`);
      const version = String(choice.content?.version);

      // The name is taken from here on, so this must happen once, whatever follows.
      ledger.record({ action: 'reserve', subject: pkg, detail: version });

      if (isMajor(pkg, version)) {
        // People click through one dialog; a breaking release asks for the name as well.
        const breaking = await ctx.mcpReq.elicitInput({
          message: `${version} is a breaking release. Type the package name to go on.`,
          requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
        });
        if (breaking.action !== 'accept' || breaking.content?.name !== pkg) {
          return text(`${pkg} ${version} stays reserved, but was not published.`);
        }
      }

      const confirm = await ctx.mcpReq.elicitInput({
        message: `Publish ${pkg} ${version}?`,
        requestedSchema: {
          type: 'object',
          properties: { tag: { type: 'string', title: 'Tag', enum: ['latest', 'next'] } },
          required: ['tag'],
        },
      });
      if (confirm.action !== 'accept')
        return text(`${pkg} ${version} stays reserved, but was not published.`);
      const tag = String(confirm.content?.tag);

      const signIn = await ctx.mcpReq.elicitInput({
        mode: 'url',
        message: 'Sign in to the registry',
        url: `https://registry.example/sign-in?package=${pkg}`,
        elicitationId: randomUUID(),
      });
      if (signIn.action !== 'accept') return text(`Not signed in: ${pkg} ${version} was not published.`);

      ledger.record({ action: 'publish', subject: pkg, detail: version });
      ledger.record({ action: 'tag', subject: pkg, detail: `${tag} -> ${version}` });
      return text(
        `Published ${pkg} ${version} as ${tag}; ${versions.length - 1} other candidates were left.`,
      );
    },
  );
}
