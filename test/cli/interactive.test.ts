import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { migrateCommand } from '../../cli/commands/migrate.ts';
import { createTerminalPrompter, type Prompter } from '../../cli/interactive/prompter.ts';
import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { runCli } from './run-cli.ts';
import type { CliRun } from './run-cli.ts';

const ask = (name: string): string =>
  `(await ctx.mcpReq.elicitInput({ message: '${name}?', requestedSchema: { type: 'object', properties: {} } }))`;
const SERVER = `import { McpServer } from '@modelcontextprotocol/server';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
export function createServer(): McpServer {
  const server = new McpServer({ name: 'shop', version: '1.0.0' });
  server.registerTool('first', {}, async (ctx) => {
    const one = ${ask('one')};
    return text(one.action);
  });
  server.registerTool('second', {}, async (ctx) => {
    const when = new Date().toISOString();
    const two = ${ask('two')};
    return text(two.action + when);
  });
  server.registerTool('refused', {}, async (ctx) => {
    const seen = new WeakSet<object>();
    const three = ${ask('three')};
    return text(three.action + seen.has(three));
  });
  return server;
}
`;

function createServer(): string {
  const dir = createProject({ 'package.json': '{ "type": "module" }\n', 'src/server.ts': SERVER });
  linkPackages(dir, { '@modelcontextprotocol': '@modelcontextprotocol' });
  return dir;
}

interface Dialogue extends CliRun {
  readonly questions: readonly string[];
  readonly shown: string;
}

/** Answers the questions in order; `undefined` is Ctrl-C. */
async function talk(
  dir: string,
  answers: readonly (string | undefined)[],
  ...args: readonly string[]
): Promise<Dialogue> {
  const left = [...answers];
  const questions: string[] = [];
  let shown = '';
  const prompter: Prompter = {
    choose: (message, options) => {
      questions.push(`${message}: ${options.map(({ value }) => value).join(' ')}`);
      const answer = left.shift();
      const option = options.find(({ value }) => value === answer);
      if (answer !== undefined && option === undefined) throw new Error(`${answer} cannot be chosen`);
      return Promise.resolve(option?.value);
    },
    show: (text) => {
      shown += `${text}\n`;
    },
  };
  const load = async () => (await import('../../codemods/migrate.ts')).migrateProject;
  const run = await runCli(['migrate', dir, '--interactive', '--no-verify', ...args], (io) => [
    migrateCommand(io, load, () => Promise.resolve(prompter)),
  ]);
  expect(left).toEqual([]);
  return { ...run, questions, shown };
}

const read = (dir: string): string => readFileSync(join(dir, 'src/server.ts'), 'utf8');

describe('each handler', () => {
  test('is applied, skipped, compiled', async () => {
    const dir = createServer();
    const { questions, stdout, code } = await talk(dir, ['skip', 'apply', 'compile']);
    expect(questions).toEqual([
      '[1/3] first (src/server.ts:6), 1 ask, → guard: apply skip compile explain diff rest',
      '[2/3] second (src/server.ts:10), 1 ask, → phases: apply skip compile explain diff rest',
      '[3/3] refused (src/server.ts:15), 1 ask, cannot be rewritten: skip compile explain rest',
    ]);
    const text = read(dir);
    expect(text).toContain('const one = (await ctx.mcpReq.elicitInput(');
    expect(text).toContain("case 'awaiting-two':");
    expect(text).toContain("'refused', {}, resumable(async (ctx: ServerContext) =>");
    expect(stdout).toContain('2 of 3 handlers migrated');
    expect(code).toBe(0);
  });

  test('is explained and shown before it is decided on', async () => {
    const { questions, shown } = await talk(
      createServer(),
      ['explain', 'diff', 'apply', 'explain', 'rest'],
      '--dry-run',
    );
    expect(questions).toHaveLength(5);
    expect(shown).toContain('start: asks one (form) → awaiting-one');
    expect(shown).toContain('+++ b/src/server.ts');
    expect(shown).toContain('carries when: string');
  });

  test('that cannot be rewritten is explained by its diagnostic', async () => {
    const { shown } = await talk(createServer(), ['skip', 'skip', 'explain', 'skip']);
    expect(shown).toContain('warning[MRTR2001]');
  });
});

test('when all are skipped, nothing is written', async () => {
  const dir = createServer();
  const { stdout } = await talk(dir, ['skip', 'skip', 'skip']);
  expect(read(dir)).toBe(SERVER);
  expect(existsSync(join(dir, 'src/request-state.ts'))).toBe(false);
  expect(stdout).toContain('0 of 3 handlers migrated · 0 files');
});

test('stopping writes nothing, also after some were chosen', async () => {
  const dir = createServer();
  const { code, stdout } = await talk(dir, ['apply', undefined]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(read(dir)).toBe(SERVER);
});

test('without a terminal it refuses', async () => {
  const { code, stderr } = await runCli(['migrate', createServer(), '--interactive']);
  expect(code).toBe(2);
  expect(stderr).toContain('MRTR6043');
});

describe('the prompts of the terminal', () => {
  async function press(...keys: readonly string[]): Promise<{ choice: string | undefined; printed: string }> {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
    const output = Object.assign(new PassThrough(), { columns: 80, rows: 24, isTTY: true });
    let printed = '';
    output.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const prompter = await createTerminalPrompter(input, output);
    const chosen = prompter.choose('What?', [
      { value: 'one', label: 'One' },
      { value: 'two', label: 'Two', hint: 'the second' },
    ]);
    for (const key of keys) {
      await new Promise((done) => setImmediate(done));
      input.write(key);
    }
    return { choice: await chosen, printed };
  }

  test('are moved in by arrows and left by Ctrl-C', async () => {
    expect(await press('\u001B[B', '\r')).toMatchObject({ choice: 'two' });
    expect(await press('\r')).toMatchObject({ choice: 'one' });
    expect((await press('\u0003')).choice).toBeUndefined();
    expect((await press('\r')).printed).toContain('What?');
  });
});
