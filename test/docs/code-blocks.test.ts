/**
 * The TypeScript and JavaScript in the pages, type-checked in one program against the packages and our sources. Blocks are
 * excerpts: what they do not declare may be anything, but what the packages export is what it is there, with and without
 * an import. What is shown because it is wrong says so behind its language: `errors=TS2339`.
 */
import { join } from 'node:path';

import { Project } from 'ts-morph';
import { beforeAll, describe, expect, test } from 'vitest';

import { ts } from '../../engine/syntax/ts.ts';
import { asModule, pagesIn, readBlocks, repository } from './read-blocks.ts';

// REMEDIES.md of the skill is made of the pages of the diagnostics.
const PAGES = ['README.md', ...pagesIn('docs'), ...pagesIn('docs/diagnostics'), 'docs/skill/SKILL.md'];

const blocks = PAGES.flatMap(readBlocks)
  .filter(({ language }) => language === 'ts' || language === 'js')
  .map((block, index) => ({
    ...block,
    path: join(repository, `block-${index}.ts`),
    module: asModule(block.text),
  }));

/** What an excerpt may leave out. */
const EXCERPT = new Set([
  2304, // a name
  18004, // the same, as a shorthand property
  7006, // the type of a parameter
  7031, // the same, destructured
  2347, // type arguments of a function that is left out
  2391, // the body of a function
  2355, // its end
  2366, // the same, behind cases that are not all
]);

/** JavaScript has no types; it is wrong where it imports what is not there. */
const IMPORTS = new Set([2305, 2307, 2614, 2724]);

/** Packages whose names must be right; other modules belong to the reader. */
const OURS = /'(?:mrtr|@modelcontextprotocol|zod)/;

/** A name that is left out, and not another one written wrongly: a variable named after its type. */
const LIKE_ITS_TYPE = /^Cannot find name '(\w+)'\. Did you mean '\1'/i;

function isLeftOut(language: string, code: number, message: string): boolean {
  if (code === 2307 && !OURS.test(message)) return true;
  return language === 'js' ? !IMPORTS.has(code) : EXCERPT.has(code) || LIKE_ITS_TYPE.test(message);
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  paths: {
    'mrtr/runtime': [join(repository, 'runtime/index.ts')],
    'mrtr/eslint': [join(repository, 'plugin/eslint/eslint-plugin.ts')],
    'mrtr/*': [join(repository, 'plugin/bundlers/*.ts')],
  },
};

/** What a server in the pages has at hand. */
const CONTEXT = `import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import type { RequestState } from 'mrtr/runtime';
declare global {
  const ctx: ServerContext;
  const server: McpServer;
  const requestState: RequestState;
  const z: typeof import('zod');
  class Service {
    readonly server: McpServer;
    approve(what: string): Promise<boolean>;
  }
`;

/** The exports of a module as global names. */
function exportsOf(program: ts.Program, path: string, module: string): readonly string[] {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const symbol = file && checker.getSymbolAtLocation(file);
  if (symbol === undefined) throw new Error(`no module ${path}`);
  return checker.getExportsOfModule(symbol).flatMap((exported) => {
    const { flags, declarations = [] } =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const name = exported.getName();
    const isGeneric = declarations.some((one) => 'typeParameters' in one && one.typeParameters !== undefined);
    return [
      ...(flags & ts.SymbolFlags.Value ? [`const ${name}: typeof import('${module}').${name};`] : []),
      ...(flags & ts.SymbolFlags.Type && !isGeneric ? [`type ${name} = import('${module}').${name};`] : []),
    ];
  });
}

describe('code in the pages', () => {
  const errorsOf = new Map<string, readonly ts.Diagnostic[]>();

  beforeAll(() => {
    const project = new Project({ compilerOptions: OPTIONS, skipAddingFilesFromTsConfig: true });
    const runtime = join(repository, 'runtime/index.ts');
    const sdk = join(repository, 'node_modules/@modelcontextprotocol/server/dist/index.d.mts');
    project.addSourceFilesAtPaths([runtime, sdk]);
    project.resolveSourceFileDependencies();
    const packages = project.getProgram().compilerObject;
    const globals = new Set([
      ...exportsOf(packages, runtime, 'mrtr/runtime'),
      ...exportsOf(packages, sdk, '@modelcontextprotocol/server'),
    ]);
    project.createSourceFile(join(repository, 'context.d.ts'), `${CONTEXT}${[...globals].join('\n')}\n}\n`);
    for (const { path, module = '' } of blocks) project.createSourceFile(path, `${module}\nexport {};\n`);
    const program = project.getProgram().compilerObject;
    for (const { path } of blocks)
      errorsOf.set(path, program.getSemanticDiagnostics(program.getSourceFile(path)));
  });

  test.each(blocks.map((block) => [block.place, block] as const))(
    '%s',
    (_place, { path, language, module, mark }) => {
      expect(module, 'a module, a part of a function, or an expression').toBeDefined();
      const wrong = (errorsOf.get(path) ?? []).flatMap(({ code, messageText }) => {
        const message = ts.flattenDiagnosticMessageText(messageText, '\n');
        return isLeftOut(language, code, message) ? [] : [`TS${code}: ${message}`];
      });
      const expected = /\berrors=([\w,]+)/.exec(mark)?.[1]?.split(',') ?? [];
      const codes = [...new Set(wrong.map((one) => one.split(':')[0]))];
      expect(codes, wrong.join('\n')).toEqual(expected);
    },
  );
});
