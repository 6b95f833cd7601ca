import { ts } from '../syntax/ts.ts';

/** False when control cannot reach the end of the statement. */
export function canComplete(statement: ts.Statement): boolean {
  if (ts.isReturnStatement(statement) || ts.isThrowStatement(statement)) return false;
  if (ts.isBlock(statement)) return statement.statements.every(canComplete);
  if (ts.isIfStatement(statement)) {
    return (
      statement.elseStatement === undefined ||
      canComplete(statement.thenStatement) ||
      canComplete(statement.elseStatement)
    );
  }
  return true;
}
