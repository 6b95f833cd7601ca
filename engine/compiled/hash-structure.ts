import { createHash } from 'node:crypto';

import { ts } from '../syntax/ts.ts';
import { isType } from './is-type.ts';
import { unwrap } from '../syntax/unwrap.ts';

/** To be raised when the same source starts to compile to machines with other labels or slots. */
const MACHINE_FORMAT = 1;

/** 66 bits, against accidents: states are authenticated, so nobody makes two functions meet on purpose. */
const HASH_LENGTH = 11;

/**
 * Identifies the code a continuation belongs to: the syntax tree of `root`, and the `layouts` of its frames, which also
 * depend on names elsewhere in the file. Types, comments and formatting (quotes, semicolons, redundant parentheses) are
 * left out, so that a formatter does not end conversations that are under way.
 */
export function hashStructure(root: ts.Node, layouts: readonly string[]): string {
  const parts = [JSON.stringify([MACHINE_FORMAT, ...layouts])];
  const visit = (given: ts.Node): void => {
    const node = ts.isExpression(given) ? unwrap(given) : given;
    if (isErased(node)) return;
    const details = detailsOf(node);
    parts.push(ts.SyntaxKind[node.kind] ?? '', details.length === 0 ? '[]' : JSON.stringify(details));
    ts.forEachChild(node, visit);
    parts.push(';');
  };
  visit(root);
  return createHash('sha256').update(parts.join('')).digest('base64url').slice(0, HASH_LENGTH);
}

function isErased(node: ts.Node): boolean {
  return (
    isType(node) ||
    ts.isTypeParameterDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isEmptyStatement(node)
  );
}

/** What a node says beyond its kind and its children. */
function detailsOf(node: ts.Node): readonly (string | number)[] {
  if (ts.isIdentifier(node) || ts.isStringLiteralLike(node) || ts.isPrivateIdentifier(node))
    return [node.text];
  if (ts.isTemplateLiteralToken(node) || ts.isLiteralExpression(node)) return [node.getText()];
  if (ts.isJsxText(node)) return [node.text];
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return [node.operator];
  if (ts.isVariableDeclarationList(node)) return [node.flags & ts.NodeFlags.BlockScoped];
  if (ts.isMetaProperty(node)) return [node.keywordToken];
  return [];
}
