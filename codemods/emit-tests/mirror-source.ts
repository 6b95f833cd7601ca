import { dirname, relative, resolve } from 'node:path';

import { ts } from '../../engine/syntax/ts.ts';
import { applyEdits, type TextEdit } from '../edits.ts';

/**
 * The text of a source file for another place, where some of the files around it are copied along in the same layout.
 * Relative imports of copied files stay, the others lead to the original.
 * @param isCopied asked with the absolute path as the import writes it
 */
export function mirrorSource(
  file: ts.SourceFile,
  place: string,
  isCopied: (path: string) => boolean,
): string {
  const edits: TextEdit[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && /^\.\.?(\/|$)/.test(specifier.text)) {
      const target = resolve(dirname(file.fileName), specifier.text);
      if (!isCopied(target)) {
        const path = relative(dirname(place), target).replaceAll('\\', '/');
        const newText = path.startsWith('.') ? path : `./${path}`;
        edits.push({ start: specifier.getStart() + 1, end: specifier.end - 1, newText });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return applyEdits(file.text, edits);
}

/** The module that a node names: of an import, an export, `import(…)`, `require(…)` or an import type. */
function specifierOf(node: ts.Node): ts.StringLiteral | undefined {
  const named =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
        ? node.argument.literal
        : isModuleCall(node)
          ? node.arguments[0]
          : undefined;
  return named !== undefined && ts.isStringLiteral(named) ? named : undefined;
}

function isModuleCall(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node)) return false;
  const { expression } = node;
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === 'require')
  );
}
