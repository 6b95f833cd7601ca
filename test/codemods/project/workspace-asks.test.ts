import { join } from 'node:path';

import { expect, test } from 'vitest';

import { migrateProject } from '../../../codemods/migrate.ts';
import { createProject, linkPackages } from './temporary-project.ts';

const OPTIONS = {
  module: 'nodenext',
  moduleResolution: 'nodenext',
  target: 'es2023',
  strict: true,
  skipLibCheck: true,
};
const tsconfig = JSON.stringify({ compilerOptions: OPTIONS, include: ['src'] });
const manifest = (name: string): string =>
  JSON.stringify({ name, type: 'module', types: 'build/index.d.ts' });

const HELPERS = `import type { Server } from '@modelcontextprotocol/server';

const requestedSchema = { type: 'object' as const, properties: { ok: { type: 'boolean' as const } } };
export async function confirm(server: Server, message: string): Promise<boolean> {
  const answer = await server.elicitInput({ message, requestedSchema });
  return answer.action === 'accept';
}
export class Prompts {
  constructor(private readonly server: Server) {}
  async level(): Promise<boolean> {
    return confirm(this.server, 'Level?');
  }
}
export function describe(): string {
  return 'nothing is asked';
}
`;

const workspace = (consumer: string): string => {
  const dir = createProject({
    'package.json': manifest('workspace'),
    'packages/elicitation/package.json': manifest('@acme/elicitation'),
    'packages/elicitation/tsconfig.json': tsconfig,
    'packages/elicitation/src/confirm.ts': HELPERS,
    'packages/elicitation/src/index.ts':
      "export { confirm as ask, Prompts, describe } from './confirm.js';\n",
    'packages/mail/package.json': manifest('@acme/mail'),
    'packages/mail/tsconfig.json': tsconfig,
    'packages/mail/src/tool.ts': consumer,
    // A function of the same name from elsewhere.
    'packages/mail/src/other.ts':
      "import { describe } from '@acme/elicitation';\nimport { ask } from './acme.js';\nask(describe());\n",
    'packages/mail/src/tool.test.ts': "import { ask } from '@acme/elicitation';\nawait ask();\n",
  });
  linkPackages(dir, { '@modelcontextprotocol/server': '@modelcontextprotocol/server' });
  return dir;
};

const reported = async (dir: string): Promise<readonly string[]> => {
  const { diagnostics, sites } = await migrateProject({ dir, codec: 'mrtr' });
  const found = diagnostics.filter(({ code }) => code === 'MRTR1020');
  expect(sites.filter(({ file }) => file.includes('mail'))).toHaveLength(found.length);
  return found.map(({ span, title }) => `${span?.file}: ${title}`);
};

test('the call of a function that asks in another package is reported, whatever it is called here', async () => {
  const dir = workspace(`import { ask as confirm, describe } from '@acme/elicitation';
export const send = async (server: never) => (describe(), await confirm(server, 'Send?'));
`);
  expect(await reported(dir)).toEqual([
    `${join('packages', 'mail', 'src', 'tool.ts')}: \`ask\` of the package \`@acme/elicitation\` asks the client: its calls from other projects cannot be followed`,
  ]);
});

test('so are calls through the whole package, of a required one, and of a method of an imported class', async () => {
  const dir = workspace(`import * as elicitation from '@acme/elicitation';
import { Prompts } from '@acme/elicitation/prompts';
const required = require('@acme/elicitation');
const { ask: asks } = require('@acme/elicitation');
export const run = async (server: never) => {
  await elicitation.ask(server, 'Send?');
  await new Prompts(server).level();
  await required.ask(server, 'Send?');
  await asks(server, 'Send?');
};
`);
  expect(await reported(dir)).toHaveLength(4);
});
