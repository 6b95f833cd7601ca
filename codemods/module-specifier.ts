import { dirname, relative } from 'node:path';

import { ts } from '../engine/syntax/ts.ts';

const JAVASCRIPT_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['.ts', '.js'],
  ['.tsx', '.js'],
  ['.mts', '.mjs'],
  ['.cts', '.cjs'],
]);

/**
 * What `from` writes to import `target`: a relative path with the extension that the relative imports of the file
 * already carry, else with the one its module resolution needs; for a file of a package, the package's name.
 */
export function moduleSpecifier(from: ts.SourceFile, target: string, options: ts.CompilerOptions): string {
  const inPackage = /.*[\\/]node_modules[\\/](?:@types[\\/])?((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(target)?.[1];
  if (inPackage !== undefined) return inPackage.replace('\\', '/');
  const path = relative(dirname(from.fileName), target).replaceAll('\\', '/');
  const dotted = path.startsWith('.') ? path : `./${path}`;
  const extension = /\.[cm]?[jt]sx?$/.exec(dotted)?.[0] ?? '';
  return dotted.slice(0, dotted.length - extension.length) + writtenExtension(from, extension, options);
}

function writtenExtension(from: ts.SourceFile, extension: string, options: ts.CompilerOptions): string {
  const emitted = JAVASCRIPT_EXTENSION.get(extension) ?? extension;
  const neighbour = relativeImports(from)[0];
  if (neighbour !== undefined) {
    const written = /\.[cm]?[jt]sx?$/.exec(neighbour)?.[0];
    if (written === undefined) return '';
    return /^\.[cm]?ts/.test(written) ? extension : emitted;
  }
  const node =
    options.moduleResolution === ts.ModuleResolutionKind.Node16 ||
    options.moduleResolution === ts.ModuleResolutionKind.NodeNext;
  return node || !JAVASCRIPT_EXTENSION.has(extension) ? emitted : '';
}

function relativeImports(file: ts.SourceFile): string[] {
  return file.statements
    .filter(ts.isImportDeclaration)
    .map(({ moduleSpecifier: specifier }) => (ts.isStringLiteral(specifier) ? specifier.text : ''))
    .filter((specifier) => specifier.startsWith('.'));
}
