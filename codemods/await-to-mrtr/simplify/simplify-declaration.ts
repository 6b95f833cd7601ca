import { ts } from '../../../engine/syntax/ts.ts';
import { OperandHoister } from './operand-hoister.ts';
import { NotSimplified, type SimplifyContext } from './simplify-context.ts';
import { PromiseChain } from './promise-chain.ts';
import { unwrap } from '../../../engine/syntax/unwrap.ts';
import type { Part } from './text-builder.ts';
import { guarded, isShortCircuit, valueInto } from './value-into.ts';
import { variableType, testOf } from './value-types.ts';

/** `const a = …, b = …;` as one statement each. */
export function splitDeclarations(
  list: ts.VariableDeclarationList,
  context: SimplifyContext,
): readonly Part[] {
  const keyword = keywordOf(list);
  return list.declarations.flatMap((declaration) =>
    context.suspensions.isIn(declaration)
      ? declare(list, declaration, context)
      : [[`${keyword} `, declaration, ';'] as Part],
  );
}

function keywordOf(list: ts.VariableDeclarationList): string {
  if ((list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using) throw new NotSimplified();
  if ((list.flags & ts.NodeFlags.Const) !== 0) return 'const';
  return (list.flags & ts.NodeFlags.Let) !== 0 ? 'let' : 'var';
}

/** `const x = …` as statements that suspend at most once each, the last of which gives `x` its value. */
export function declare(
  list: ts.VariableDeclarationList,
  { name, type, initializer }: ts.VariableDeclaration,
  context: SimplifyContext,
): readonly Part[] {
  const { checker, isTyped } = context;
  if (initializer === undefined || !ts.isIdentifier(name)) {
    if (initializer === undefined) throw new NotSimplified();
    const head: Part[] = [`${keywordOf(list)} `, name, ...(type === undefined ? [] : [': ', type])];
    return valueInto(initializer, (value) => [...head, ' = ', value, ';'], context, { onlyValue: true });
  }
  const value = unwrap(initializer);
  const annotation = type === undefined ? undefined : `: ${type.getText()}`;
  const operands = ts.isBinaryExpression(value) && isShortCircuit(value) ? operandsOf(value) : [];
  const [first, ...others] = operands;
  if (
    first !== undefined &&
    ts.isBinaryExpression(value) &&
    others.some((other) => context.suspensions.isIn(other))
  )
    return fillVariable(name.text, annotation, { first, others, operator: value.operatorToken }, context);
  const isSplit =
    (ts.isConditionalExpression(value) &&
      (context.suspensions.isIn(value.whenTrue) || context.suspensions.isIn(value.whenFalse))) ||
    PromiseChain.isChain(value, context);
  if (!isSplit)
    return valueInto(
      initializer,
      (inner) => [`${keywordOf(list)} ${name.text}${annotation ?? ''} = `, inner, ';'],
      context,
      { onlyValue: true },
    );
  const written = annotation ?? (isTyped ? declaredType(name, checker) : '');
  return [
    `let ${name.text}${written};`,
    ...valueInto(value, (inner) => [`${name.text} = `, inner, ';'], context),
  ];
}

/** `a ?? b ?? c`: the operands of one operator. */
function operandsOf(node: ts.BinaryExpression): readonly ts.Expression[] {
  const { left, right, operatorToken } = node;
  const inner = unwrap(left);
  return ts.isBinaryExpression(inner) && inner.operatorToken.kind === operatorToken.kind
    ? [...operandsOf(inner), right]
    : [left, right];
}

interface Operands {
  readonly first: ts.Expression;
  readonly others: readonly ts.Expression[];
  readonly operator: ts.Token<ts.SyntaxKind>;
}

/** `let x = a; if (x === undefined) x = await b; x ??= c;` */
function fillVariable(
  name: string,
  annotation: string | undefined,
  { first, others, operator }: Operands,
  context: SimplifyContext,
): readonly Part[] {
  const { checker, isTyped, suspensions } = context;
  const hoister = new OperandHoister(context);
  const value = hoister.hoist(first);
  const types = others.map((other) => checker.getTypeAtLocation(other));
  const written = annotation ?? (isTyped ? variableType(first, types, checker) : '');
  if (written === undefined) throw new NotSimplified();
  const sign = ts.tokenToString(operator.kind) ?? '';
  return [
    ...hoister.statements,
    [`let ${name}${written} = `, value, ';'],
    ...others.map((other, index): Part => {
      if (!suspensions.isIn(other)) return [`${name} ${sign}= `, other, ';'];
      const test = testOf(sign, name, [first, ...others.slice(0, index)], checker);
      return guarded(
        test,
        valueInto(other, (inner) => [`${name} = `, inner, ';'], context),
      );
    }),
  ];
}

function declaredType(name: ts.Identifier, checker: ts.TypeChecker): string {
  const type = variableType(name, [checker.getTypeAtLocation(name)], checker);
  const text = checker.typeToString(checker.getTypeAtLocation(name), name, ts.TypeFormatFlags.NoTruncation);
  if (type === undefined || /[{(<]|import/.test(text)) throw new NotSimplified();
  return `: ${text}`;
}
