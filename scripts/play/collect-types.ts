import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { ts } from '../../engine/syntax/ts.ts';

/** What a server in the playground may import. */
const IMPORTS = ['@modelcontextprotocol/server', '@modelcontextprotocol/server/stdio', 'zod', 'mrtr/runtime'];

/** What the host of a server has beyond the web's interfaces, as far as a server in a worker can have it. */
const HOST = `declare const process: { readonly env: Readonly<Record<string, string | undefined>> };
declare const console: Pick<Console, 'debug' | 'error' | 'info' | 'log' | 'warn'>;
`;

/**
 * The declaration files that a server in the playground needs, without comments, by the absolute path they have there.
 * @param root the package, with dist/
 */
export function collectTypes(root: string): Readonly<Record<string, string>> {
  const entry = join(root, 'play-imports.ts');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2023,
    types: [],
    baseUrl: root,
    ignoreDeprecations: '6.0',
    paths: { 'mrtr/runtime': ['./dist/runtime/index.d.ts'] },
  };
  const host = ts.createCompilerHost(options);
  const text = IMPORTS.map((name) => `import ${JSON.stringify(name)};`).join('\n');
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, language, ...rest) =>
    name === entry ? ts.createSourceFile(name, text, language) : readFile(name, language, ...rest);
  const program = ts.createProgram([entry], options, host);
  const printer = ts.createPrinter({ removeComments: true });
  const types: Record<string, string> = {
    '/node_modules/@types/host/index.d.ts': HOST,
    '/node_modules/@types/host/package.json': '{ "name": "@types/host", "types": "index.d.ts" }',
    '/node_modules/mrtr/package.json': manifestOf(root),
  };
  for (const file of program.getSourceFiles()) {
    if (file.fileName === entry || program.isSourceFileDefaultLibrary(file)) continue;
    types[placeOf(file.fileName, root)] = printer.printFile(file);
    const directory = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.fileName)?.[0];
    if (directory !== undefined) types[`${placeOf(directory, root)}/package.json`] ??= manifestOf(directory);
  }
  return types;
}

function placeOf(path: string, root: string): string {
  const place = relative(root, path).split(sep).join('/');
  return place.startsWith('node_modules/') ? `/${place}` : `/node_modules/mrtr/${place}`;
}

/** What TypeScript reads of a package.json. */
function manifestOf(directory: string): string {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const { name, type, types, exports, main } = manifest;
  return JSON.stringify({ name, type, types, exports, main });
}
