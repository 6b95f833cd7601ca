import { collectReferences } from '../../engine/analyze/collect-references.ts';
import { ts } from '../../engine/syntax/ts.ts';

/** The declaration `const server = createServer(…);` behind an expression. */
export interface FactoryUse {
  /** The call that makes the server. */
  readonly creation: ts.Expression;
  /** Absent where the server is made in place: `createServer().connect(…)`. */
  readonly statement: ts.VariableStatement | undefined;
  readonly name: string | undefined;
  /** Uses of the variable besides the declaration. */
  readonly uses: readonly ts.Identifier[];
}

/**
 * Follows a server expression to the call of a function that makes it. A factory must be a function: a server that is
 * built up in place cannot be made again for the next connection.
 */
export function findFactoryCall(server: ts.Expression, checker: ts.TypeChecker): FactoryUse | undefined {
  if (isFactoryCall(server)) return { creation: server, statement: undefined, name: undefined, uses: [] };
  if (!ts.isIdentifier(server)) return undefined;
  const found = findVariable(server, checker);
  if (found === undefined || !isFactoryCall(found.initializer)) return undefined;
  return { creation: found.initializer, statement: found.statement, name: server.text, uses: found.uses };
}

export interface VariableUse {
  readonly statement: ts.VariableStatement;
  readonly initializer: ts.Expression;
  readonly uses: readonly ts.Identifier[];
}

/** The `const` statement that declares only this variable, and where else in the file the variable is used. */
export function findVariable(name: ts.Identifier, checker: ts.TypeChecker): VariableUse | undefined {
  const symbol = checker.getSymbolAtLocation(name);
  const declaration = symbol?.valueDeclaration;
  if (
    declaration === undefined ||
    !ts.isVariableDeclaration(declaration) ||
    declaration.initializer === undefined
  )
    return undefined;
  const statement = declaration.parent.parent;
  if (!ts.isVariableStatement(statement) || statement.declarationList.declarations.length !== 1)
    return undefined;
  const uses = collectReferences(name.getSourceFile(), checker)
    .filter((reference) => reference.symbol === symbol && !reference.isDeclaration)
    .map((reference) => reference.node);
  return { statement, initializer: declaration.initializer, uses };
}

function isFactoryCall(expression: ts.Expression): boolean {
  const call = ts.isAwaitExpression(expression) ? expression.expression : expression;
  return ts.isCallExpression(call) && ts.isIdentifier(call.expression);
}

/** `() => createServer(config)`, or just `createServer` where it takes nothing. */
export function printFactory({ creation }: FactoryUse): string {
  const call = ts.isAwaitExpression(creation) ? creation.expression : creation;
  if (ts.isCallExpression(call) && call.arguments.length === 0) return call.expression.getText();
  return `() => ${call.getText()}`;
}
