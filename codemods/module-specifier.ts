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
 * already carry, or those of its neighbours, else with the one its module resolution needs; for a file of a package, the
 * package's name.
 */
export function moduleSpecifier(
  from: ts.SourceFile,
  target: string,
  options: ts.CompilerOptions,
  neighbours: readonly ts.SourceFile[] = [],
): string {
  const inPackage = /.*[\\/]node_modules[\\/](?:@types[\\/])?((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(target)?.[1];
  if (inPackage !== undefined) return inPackage.replace('\\', '/');
  const path = relative(dirname(from.fileName), target).replaceAll('\\', '/');
  const dotted = path.startsWith('.') ? path : `./${path}`;
  const extension = /\.[cm]?[jt]sx?$/.exec(dotted)?.[0] ?? '';
  const example = [from, ...neighbours].flatMap(relativeImports)[0];
  return dotted.slice(0, dotted.length - extension.length) + writtenExtension(example, extension, options);
}

function writtenExtension(
  example: string | undefined,
  extension: string,
  options: ts.CompilerOptions,
): string {
  const emitted = JAVASCRIPT_EXTENSION.get(extension) ?? extension;
  if (example !== undefined) {
    const written = /\.[cm]?[jt]sx?$/.exec(example)?.[0];
    if (written === undefined) return '';
    return /^\.[cm]?ts/.test(written) ? extension : emitted;
  }
  return resolvesAsNode(options) || !JAVASCRIPT_EXTENSION.has(extension) ? emitted : '';
}

/** Without `moduleResolution`, `module` decides. */
function resolvesAsNode({ module, moduleResolution }: ts.CompilerOptions): boolean {
  if (moduleResolution !== undefined)
    return (
      moduleResolution === ts.ModuleResolutionKind.Node16 ||
      moduleResolution === ts.ModuleResolutionKind.NodeNext
    );
  return module !== undefined && module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext;
}

function relativeImports(file: ts.SourceFile): string[] {
  return file.statements
    .filter(ts.isImportDeclaration)
    .map(({ moduleSpecifier: specifier }) => (ts.isStringLiteral(specifier) ? specifier.text : ''))
    .filter((specifier) => specifier.startsWith('.'));
}
