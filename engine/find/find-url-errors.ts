import { ts } from '../syntax/ts.ts';
import { isSdkFile } from './find-asks.ts';

/**
 * Finds where a file makes the SDK's `UrlElicitationRequiredError`, which the modern era does not have: a handler that
 * throws it there fails with -32603.
 */
export function findUrlErrors(file: ts.SourceFile, checker: ts.TypeChecker): ts.NewExpression[] {
  if (!file.text.includes('UrlElicitationRequiredError')) return [];
  const found: ts.NewExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && isUrlError(node, checker)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isUrlError(node: ts.NewExpression, checker: ts.TypeChecker): boolean {
  const { symbol } = checker.getTypeAtLocation(node);
  return (
    symbol?.name === 'UrlElicitationRequiredError' &&
    symbol.declarations?.some((declaration) => isSdkFile(declaration.getSourceFile().fileName)) === true
  );
}
