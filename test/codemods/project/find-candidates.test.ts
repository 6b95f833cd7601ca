import { expect, test } from 'vitest';

import { findCandidates } from '../../../codemods/project/find-candidates.ts';

function candidatesOf(files: Readonly<Record<string, string>>): string[] {
  const texts = new Map(Object.entries(files).map(([name, text]) => [`/src/${name}`, text]));
  const found = findCandidates([...texts.keys()], (path) => texts.get(path) ?? '');
  return found.map((path) => path.slice('/src/'.length));
}

test('callers of a helper that mention nothing of the SDK, for several calls', () => {
  const files = {
    'confirm.ts': 'export async function confirm(server) { return server.elicitInput({}); }',
    'remove.ts':
      "import { confirm } from './confirm.js';\nexport const remove = async () => { await confirm(server); };",
    'tools.ts': "import * as files from './remove';\nexport const tools = { rm: () => files.remove() };",
    'main.ts': "import { tools } from './tools';\nlog('remove', tools);",
    'other.ts': "import { remove } from './list';\nremove();",
    'list.ts': 'export const remove = () => {};',
  };
  expect(candidatesOf(files)).toEqual(['confirm.ts', 'remove.ts', 'tools.ts']);
});

test('a caller through an interface that stands in a third file', () => {
  const files = {
    'types.ts': 'export interface Prompts { choose(from: string[]): Promise<string> }',
    'client-prompts.ts':
      "import type { Prompts } from './types';\nexport class ClientPrompts implements Prompts { async choose(from) { return this.server.elicitInput({}); } }",
    'deploy/index.ts':
      "import type { Prompts } from '../types';\nexport const deploy = (prompts: Prompts) => prompts.choose([]);",
    'cli.ts': "import { deploy } from './deploy';\nvoid deploy(prompts);",
    'unrelated.ts': 'export const choose = () => 1;',
  };
  expect(candidatesOf(files)).toEqual(['types.ts', 'client-prompts.ts', 'deploy/index.ts', 'cli.ts']);
});

test('a file that imports through an alias, and one that is handed the context of a framework', () => {
  const files = {
    'lib/ask.ts': "export const ask = (ctx) => ctx.elicit?.('Sure?', schema);",
    'tools/a.ts': "import { ask } from '@/lib/ask';\nexport default { run: async (ctx) => ask(ctx) };",
    'words.ts': '// a sample of what to elicit',
  };
  expect(candidatesOf(files)).toEqual(['lib/ask.ts', 'tools/a.ts']);
});

test('callers behind files that export what is in others', () => {
  const files = {
    'a/ask.ts': 'export async function ask(server) { return server.listRoots(); }',
    'a/named.ts': "export { ask as askClient } from './ask';",
    'a/index.ts': "export * from './named';",
    'use.ts': "import { askClient } from './a';\nexport const use = () => askClient(server);",
  };
  expect(candidatesOf(files)).toEqual(['a/ask.ts', 'a/named.ts', 'use.ts']);
});

test('what is only read under the name of a function that asks does not call it', () => {
  const files = {
    'matcher.ts':
      "import { report } from './report';\nexport const matcher = () => ({ message: () => server.elicitInput({}) });",
    'report.ts': "import './matcher';\nexport const report = (error) => log(`${error.message}`);",
    'call.ts': "import { matcher } from './matcher';\nexport const call = () => matcher().message();",
    'taken.ts': "import { matcher } from './matcher';\nconst { message: say } = matcher();\nsay();",
  };
  expect(candidatesOf(files)).toEqual(['matcher.ts', 'call.ts', 'taken.ts']);
});

test('a function that registers a handler does not ask', () => {
  const files = {
    'register.ts':
      "export function register(server) { server.registerTool('rm', {}, async () => server.server.elicitInput({})); }",
    'main.ts': "import { register } from './register';\nexport const main = () => register(server);",
  };
  expect(candidatesOf(files)).toEqual(['register.ts']);
});

test('a caller under a name of its own', () => {
  const files = {
    'ask.ts': 'export const ask = (server) => server.elicitInput({});',
    'use.ts': "import { ask as confirm } from './ask';\nexport const use = () => confirm(server);",
    'deep.ts': "import { use } from './use';\nexport const run = () => use();",
  };
  expect(candidatesOf(files)).toEqual(['ask.ts', 'use.ts', 'deep.ts']);
});
