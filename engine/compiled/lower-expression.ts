import { ts } from '../syntax/ts.ts';
import { code, define, use } from './code.ts';
import type { Code } from './code.ts';
import { branch, shortCircuitTest } from './branch.ts';
import { lowerAssignment } from './lower-assignment.ts';
import { awaitsInChain, lowerChain } from './lower-chain.ts';
import { lowerAwait, lowerCall, lowerTaggedTemplate } from './lower-call.ts';
import { lowerTarget } from './lower-target.ts';
import { lowerOperands } from './lower-operands.ts';
import { print, spill, temporary } from './lowering.ts';
import type { Lowering } from './lowering.ts';
import { isAssignmentOperator } from './resolve-bindings.ts';
import { unwrap } from '../syntax/unwrap.ts';
import { containsAwait, isOptional } from './suspension.ts';
import { unsupported } from './unsupported.ts';

/**
 * Lowers an expression: everything in front of an `await` is evaluated first, in order, into temporaries (ECMA-262
 * evaluates operands left to right). Returns code for the value, to be used exactly once, before anything else.
 */
export function lowerExpression(lowering: Lowering, node: ts.Expression): Code {
  if (!containsAwait(node)) return isComma(node) ? code`(${print(lowering, node)})` : print(lowering, node);
  if (ts.isAwaitExpression(node)) return lowerAwait(lowering, node);
  if (ts.isBinaryExpression(node)) return lowerBinary(lowering, node);
  if (ts.isConditionalExpression(node)) return lowerConditional(lowering, node);
  if (awaitsInChain(node)) return lowerChain(lowering, node);
  if (ts.isCallExpression(node)) return lowerCall(lowering, node);
  if (ts.isTemplateExpression(node)) return lowerTemplate(lowering, node);
  if (ts.isTaggedTemplateExpression(node)) return lowerTaggedTemplate(lowering, node);
  const update = lowerUpdate(lowering, node);
  if (update !== undefined) return update;
  lowerOperands(lowering, operandsOf(node));
  return print(lowering, node);
}

/** `delete`, `++` and `--`: the parts of the target are evaluated first. */
function lowerUpdate(lowering: Lowering, node: ts.Expression): Code | undefined {
  if (ts.isDeleteExpression(node) && !isOptional(unwrap(node.expression)))
    return code`delete ${lowerTarget(lowering, unwrap(node.expression))}`;
  if (ts.isPostfixUnaryExpression(node))
    return code`${lowerTarget(lowering, unwrap(node.operand))}${tokenOf(node.operator)}`;
  if (ts.isPrefixUnaryExpression(node) && isUpdate(node.operator))
    return code`${tokenOf(node.operator)}${lowerTarget(lowering, unwrap(node.operand))}`;
  return undefined;
}

function tokenOf(operator: ts.PrefixUnaryOperator): string {
  return operator === ts.SyntaxKind.PlusPlusToken ? '++' : '--';
}

function operandsOf(node: ts.Expression): readonly ts.Node[] {
  if (ts.isArrayLiteralExpression(node)) return node.elements;
  if (ts.isObjectLiteralExpression(node)) return node.properties.flatMap(propertyOperands);
  if (ts.isNewExpression(node)) return [node.expression, ...(node.arguments ?? [])];
  if (ts.isElementAccessExpression(node)) {
    return [node.expression, node.argumentExpression];
  }
  if (
    ts.isPropertyAccessExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node)
  ) {
    return [node.expression];
  }
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return [node.expression];
  if (ts.isTypeOfExpression(node) || ts.isVoidExpression(node)) return [node.expression];
  if (ts.isPrefixUnaryExpression(node)) return [node.operand];
  if (ts.isClassLike(node)) throw unsupported(node, 'an `await` in the head of a class');
  throw unsupported(node, 'an `await` in this place');
}

function propertyOperands(property: ts.ObjectLiteralElementLike): readonly ts.Node[] {
  const key =
    property.name !== undefined && ts.isComputedPropertyName(property.name) ? [property.name.expression] : [];
  if (ts.isPropertyAssignment(property)) return [...key, property.initializer];
  if (ts.isShorthandPropertyAssignment(property)) return [property.name];
  if (ts.isSpreadAssignment(property)) return [property];
  return key;
}

function isUpdate(operator: ts.PrefixUnaryOperator): boolean {
  return operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
}

function lowerBinary(lowering: Lowering, node: ts.BinaryExpression): Code {
  const { kind } = node.operatorToken;
  if (isAssignmentOperator(kind)) return lowerAssignment(lowering, node);
  if (isComma(node)) {
    lowering.graph.emit(lowerExpression(lowering, node.left));
    return lowerExpression(lowering, node.right);
  }
  const test = shortCircuitTest(kind);
  if (test === undefined) {
    lowerOperands(lowering, [node.left, node.right]);
    return print(lowering, node);
  }
  const result = temporary(lowering);
  lowering.graph.emit(code`${define(result)} = ${lowerExpression(lowering, node.left)}`);
  branch(lowering, test(use(result)), () => {
    lowering.graph.emit(code`${define(result)} = ${lowerExpression(lowering, node.right)}`);
  });
  return use(result);
}

function isComma(node: ts.Expression): boolean {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.CommaToken;
}

function lowerConditional(lowering: Lowering, node: ts.ConditionalExpression): Code {
  const result = temporary(lowering);
  const arm = (value: ts.Expression) => () => {
    lowering.graph.emit(code`${define(result)} = ${lowerExpression(lowering, value)}`);
  };
  branch(lowering, lowerExpression(lowering, node.condition), arm(node.whenTrue), arm(node.whenFalse));
  return use(result);
}

/** Each substitution is converted to a string before the next is evaluated (ECMA-262 13.2.8.6). */
function lowerTemplate(lowering: Lowering, node: ts.TemplateExpression): Code {
  const expressions = node.templateSpans.map((span) => span.expression);
  const last = expressions.findLastIndex((expression) => containsAwait(expression));
  for (const [index, expression] of expressions.slice(0, last + 1).entries()) {
    const value = lowerExpression(lowering, expression);
    const substitute = index === last ? value : spill(lowering, code`\`\${${value}}\``);
    lowering.print.substitutes.set(expression, substitute);
  }
  return print(lowering, node);
}
