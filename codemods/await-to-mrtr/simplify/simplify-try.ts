import { ts } from '../../../engine/syntax/ts.ts';
import { NotSimplified, type SimplifyContext } from './simplify-context.ts';
import { statementParts, type Part } from './text-builder.ts';

/** A `catch` that suspends runs behind the `try`, where its error is still known; so does a `finally`. */
export function simplifyTry(
  statement: ts.TryStatement,
  context: SimplifyContext,
): readonly Part[] | undefined {
  return simplifyFinally(statement, context) ?? simplifyCatch(statement, context);
}

/** The rest is left by its end or by what it throws, so that it does not matter where the `finally` stands. */
function simplifyFinally(statement: ts.TryStatement, context: SimplifyContext): readonly Part[] | undefined {
  const { tryBlock, catchClause, finallyBlock } = statement;
  if (finallyBlock === undefined || !context.suspensions.isIn(finallyBlock)) return undefined;
  if ([tryBlock, catchClause].some((part) => part !== undefined && isLeft(part))) throw new NotSimplified();
  // Its statements are moved to where its names may mean something else.
  if (sharesNames(finallyBlock)) throw new NotSimplified();
  const name = context.fresh('error');
  const kept = keptFailure(name, 'unknown', context);
  const inner: Part =
    catchClause === undefined ? tryBlock : { block: [['try ', tryBlock, ' ', catchClause]] };
  return [
    kept.declared,
    ['try ', inner, ` catch (${name}) `, { block: [kept.caught] }],
    ...statementParts(finallyBlock),
    `if (${kept.test}) throw ${kept.name}.error;`,
  ];
}

/** A name that a block declares is mentioned elsewhere in the function, too. */
function sharesNames(block: ts.Block): boolean {
  const declared = new Set(block.statements.flatMap(namesOf));
  const isMentioned = (node: ts.Node): boolean => {
    if (node === block) return false;
    if (ts.isIdentifier(node) && declared.has(node.text)) return true;
    return ts.forEachChild(node, (child) => isMentioned(child) || undefined) ?? false;
  };
  const owner = ts.findAncestor(block, ts.isFunctionLike);
  return declared.size > 0 && (owner === undefined || isMentioned(owner));
}

function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
    return [statement.name?.text ?? ''];
  if (!ts.isVariableStatement(statement)) return [];
  const names: string[] = [];
  const collect = ({ name }: ts.VariableDeclaration | ts.BindingElement): void => {
    if (ts.isIdentifier(name)) names.push(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) collect(element);
  };
  statement.declarationList.declarations.forEach(collect);
  return names;
}

/** Control may leave a part of a `try` by a `return` or a jump. */
function isLeft(part: ts.Node): boolean {
  if (ts.isFunctionLike(part)) return false;
  if (ts.isReturnStatement(part) || ts.isBreakOrContinueStatement(part)) return true;
  return ts.forEachChild(part, (child) => isLeft(child) || undefined) ?? false;
}

function simplifyCatch(statement: ts.TryStatement, context: SimplifyContext): readonly Part[] | undefined {
  const { tryBlock, catchClause, finallyBlock } = statement;
  if (catchClause === undefined || !context.suspensions.isIn(catchClause.block)) return undefined;
  const { variableDeclaration: variable, block } = catchClause;
  const name = variable?.name;
  if (name !== undefined && !ts.isIdentifier(name)) throw new NotSimplified();
  const kept = keptFailure(name?.text, variable?.type?.getText() ?? 'unknown', context);
  const simpler: Part[] = [
    kept.declared,
    ['try ', tryBlock, name === undefined ? ' catch ' : ` catch (${name.text}) `, { block: [kept.caught] }],
    [`if (${kept.test}) `, { block: [...kept.bound, ...statementParts(block)] }],
  ];
  return finallyBlock === undefined ? simpler : [['try ', { block: simpler }, ' finally ', finallyBlock]];
}

/** A variable that says whether the `try` failed, with the error where that is used. */
function keptFailure(
  name: string | undefined,
  type: string,
  { fresh, isTyped }: SimplifyContext,
): {
  readonly name: string;
  readonly declared: string;
  readonly caught: string;
  readonly test: string;
  readonly bound: readonly string[];
} {
  if (name === undefined) {
    const hasFailed = fresh('hasFailed');
    return {
      name: hasFailed,
      declared: `let ${hasFailed} = false;`,
      caught: `${hasFailed} = true;`,
      test: hasFailed,
      bound: [],
    };
  }
  const failure = fresh('failure');
  const property = name === 'error' ? 'error' : `error: ${name}`;
  return {
    name: failure,
    declared: `let ${failure}${isTyped ? `: { error: ${type} } | undefined` : ''};`,
    caught: `${failure} = { ${property} };`,
    test: `${failure} !== undefined`,
    bound: [`const { ${property} } = ${failure};`],
  };
}
