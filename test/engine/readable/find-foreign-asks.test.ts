import { ModuleResolutionKind, Project, ScriptTarget } from 'ts-morph';
import { expect, test } from 'vitest';

import { findForeignAsks, findForeignCallers } from '../../../engine/find/find-foreign-asks.ts';

/** The asks of `main.ts` that go through packages. */
function find(files: Readonly<Record<string, string>>): string[] {
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: {
      strict: true,
      target: ScriptTarget.ES2022,
      moduleResolution: ModuleResolutionKind.Bundler,
    },
  });
  for (const [name, text] of Object.entries(files)) project.getFileSystem().writeFileSync(`/${name}`, text);
  const { compilerNode } = project.addSourceFileAtPath('/main.ts');
  return findForeignAsks(compilerNode, project.getTypeChecker().compilerObject).map(
    ({ call, holder, packageName }) => `${call.expression.getText()}: ${holder} of ${packageName}`,
  );
}

test('contexts and sessions of frameworks, and nothing else', () => {
  const types = `
    export interface Answer { action: 'accept' | 'decline' | 'cancel'; content?: object }
    export declare class Session { requestSampling(of: object): Promise<{ content: object; role: string; model: string }> }
    export type Context = { elicit?: (message: string, fields: object) => Promise<Answer> };
    export interface Recorder { sample(at: number): Promise<{ level: number }>; listRoots(): string[] }
  `;
  const main = `
    import type { Context, Recorder, Session } from '@frame/work';
    declare const session: Session, ctx: Context, recorder: Recorder;
    session.requestSampling({}).catch(console.error);
    await ctx.elicit?.('Sure?', {});
    await recorder.sample(1);
    recorder.listRoots();
    const own = { async elicit() { return { action: 'accept' }; } };
    await own.elicit();
  `;
  const found = find({
    'node_modules/@frame/work/package.json': '{ "name": "@frame/work", "types": "index.d.ts" }',
    'node_modules/@frame/work/index.d.ts': types,
    'main.ts': main,
  });
  expect(found).toEqual([
    'session.requestSampling: Session of @frame/work',
    'ctx.elicit: Context of @frame/work',
  ]);
});

test('the SDK is no such package', () => {
  const sdk = 'export declare class Server { listRoots(): Promise<{ roots: object[] }> }';
  const found = find({
    'node_modules/@modelcontextprotocol/server/package.json': '{ "types": "index.d.ts" }',
    'node_modules/@modelcontextprotocol/server/index.d.ts': sdk,
    'main.ts': "import { Server } from '@modelcontextprotocol/server';\nawait new Server().listRoots();",
  });
  expect(found).toEqual([]);
});

test('what asks through it is found', () => {
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { strict: true } });
  project.createSourceFile(
    '/node_modules/frame/index.d.ts',
    'export declare class Session { listRoots(): Promise<{ roots: object[] }> }',
  );
  const file = project.createSourceFile(
    '/main.ts',
    `import { Session } from 'frame';
    async function roots(session: Session) { return (await session.listRoots()).roots; }
    async function count(session: Session) { return (await roots(session)).length; }
    export const first = () => setTimeout(() => void count(new Session()), 9);
    export const other = async (session: Session) => session;`,
  ).compilerNode;
  const checker = project.getTypeChecker().compilerObject;
  const [ask] = findForeignAsks(file, checker);
  const calls = ask === undefined ? [] : findForeignCallers(ask, [file], checker);
  expect(calls.map((call) => call.getText())).toEqual(['roots(session)', 'count(new Session())']);
});
