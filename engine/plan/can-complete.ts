import { ts } from '../syntax/ts.ts';
import { findJumps } from './find-jumps.ts';

/** False when control cannot reach the end of the statement. */
export function canComplete(statement: ts.Statement): boolean {
  if (ts.isReturnStatement(statement) || ts.isThrowStatement(statement)) return false;
  if (ts.isBreakOrContinueStatement(statement)) return false;
  if (ts.isBlock(statement)) return statement.statements.every(canComplete);
  if (ts.isIfStatement(statement)) {
    return (
      statement.elseStatement === undefined ||
      canComplete(statement.thenStatement) ||
      canComplete(statement.elseStatement)
    );
  }
  if (ts.isTryStatement(statement)) {
    const { tryBlock, catchClause, finallyBlock } = statement;
    if (finallyBlock !== undefined && !canComplete(finallyBlock)) return false;
    return canComplete(tryBlock) || (catchClause !== undefined && canComplete(catchClause.block));
  }
  if (ts.isWhileStatement(statement) && statement.expression.kind === ts.SyntaxKind.TrueKeyword)
    return findJumps(statement.statement, [statement]).some(({ statement: jump }) =>
      ts.isBreakStatement(jump),
    );
  return true;
}
