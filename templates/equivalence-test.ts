/** What the test of one server needs to know. */
export interface EquivalenceTest {
  /** The names of the migrated handlers. */
  readonly handlers: readonly string[];
  /** The exported function that makes the server. */
  readonly factory: string;
  /** Specifiers, as the test file writes them. */
  readonly before: string;
  readonly after: string;
  /** The modules that both versions use: calls of them are compared. */
  readonly modules: readonly string[];
}

/** The vitest file that `--emit-tests` writes for one server. */
export function printEquivalenceTest({ handlers, factory, before, after, modules }: EquivalenceTest): string {
  const list = (names: readonly string[]): string => names.map((name) => `  ${quote(name)},\n`).join('');
  return `// Written by \`mrtr migrate --emit-tests\`; yours to change.
import { afterAll, describe, expect, test, vi } from 'vitest';

import { EffectLog, findTargets, traceCall } from './compare-servers.js';
import type { Answer, Factory, Target, Trace } from './compare-servers.js';

/** The handlers that were migrated. */
const HANDLERS = [
${list(handlers)}];

/** What they are called with, where the samples made from their schemas will not do: name → arguments. */
const ARGUMENTS: Readonly<Record<string, Record<string, unknown>>> = {};

/** What the person at the client answers, question by question; the last answer is repeated. */
const ANSWERS: readonly (readonly Answer[])[] = [
  ['accept'],
  ['decline'],
  ['cancel'],
  ['accept', 'decline'],
  ['accept', 'accept', 'decline'],
  ['invalid', 'accept'],
  ['empty', 'accept'],
];

/** Every call of these modules is an effect. They run for real: mock here what must not. */
const MODULES = [
${list(modules)}];

const before = async (): Promise<Factory> => (await import(${quote(before)})).${factory};
const after = async (): Promise<Factory> => (await import(${quote(after)})).${factory};

const log = new EffectLog();
const { fetch: realFetch } = globalThis;
afterAll(() => {
  globalThis.fetch = realFetch;
});

/** Loads a server with new module variables, so that no run sees what the one before left. */
async function load(server: () => Promise<Factory>): Promise<Factory> {
  vi.resetModules();
  for (const module of MODULES)
    vi.doMock(module, async (importOriginal) => log.record(module, (await importOriginal()) as object));
  globalThis.fetch = (input, init) => {
    log.add('fetch', [String(input), init?.method, init?.body]);
    return realFetch(input, init);
  };
  return server();
}

async function trace(
  server: () => Promise<Factory>,
  era: 'legacy' | 'modern',
  target: Target,
  answers: readonly Answer[],
): Promise<Trace> {
  return traceCall(await load(server), era, target, answers, log);
}

const found = await findTargets(await load(after), HANDLERS);
const targets = found.map((target) => ({ ...target, arguments: ARGUMENTS[target.name] ?? target.arguments }));

test('the migrated handlers are there', () => {
  expect(targets.length).toBeGreaterThan(0);
});

describe.each(targets.map((target) => [\`\${target.kind} \${target.name}\`, target] as const))('%s', (_name, target) => {
  let questions = 0;

  test.each(ANSWERS.map((answers) => [answers.join(', '), answers] as const))(
    'does what it did: %s',
    async (_title, answers) => {
      const expected = await trace(before, 'legacy', target, answers);
      questions += expected.asked.length;
      expect(await trace(after, 'modern', target, answers)).toEqual(expected);
      expect(await trace(after, 'legacy', target, answers)).toEqual(expected);
    },
  );

  test('asks with these arguments (set ARGUMENTS if it does not)', () => {
    expect(questions).toBeGreaterThan(0);
  });
});
`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
