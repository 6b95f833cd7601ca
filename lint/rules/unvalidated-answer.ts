import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic, Fix } from '../../diagnostics/diagnostic.ts';
import { propertyValue, sdkFunctionName } from '../../engine/find/find-asks.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { findAnswerReads, usesOf, type AnswerRead } from '../find-answer-reads.ts';
import type { RoundFunction } from '../find-round-functions.ts';
import type { LintRule } from '../lint-rule.ts';
import { resolveValue, unwrap } from '../sdk-calls.ts';

/**
 * Content of an answer that is used as it came. `elicitInput` checked it against the requested schema; in the modern era
 * nobody does, and the SDK's readers hand on what the client sent.
 */
export const unvalidatedAnswer: LintRule = {
  name: 'unvalidated-answer',
  validate: ({ functions, checker }) => {
    return functions.flatMap((round) => {
      return findAnswerReads(round.body, checker).flatMap((read) => validateRead(read, round, checker));
    });
  },
};

function validateRead(
  read: AnswerRead,
  round: RoundFunction,
  checker: ts.TypeChecker,
): readonly Diagnostic[] {
  if (read.reader !== 'acceptedContent' || read.schema !== undefined || read.variable === undefined)
    return [];
  const uses = usesOf(read.variable, round.body, checker);
  // Somewhere it is checked as a whole; what happens to the result of that is up to the checker.
  if (uses.some(isHandedToCheck)) return [];
  const trusted = uses.find((use) => isTrusted(use));
  if (trusted === undefined) return [];
  const fix = schemaFix(read, round, checker);
  return [
    diag.unvalidatedAnswer(
      spanOf(read.call),
      { name: read.variable.text },
      {
        related: [{ span: spanOf(trusted), label: 'used here as the client sent it' }],
        ...(fix === undefined ? {} : { fix }),
      },
    ),
  ];
}

/** `schema.parse(content)`, `validate(content)`, `isChoice(content)`: the whole content goes to a function. */
function isHandedToCheck(use: ts.Identifier): boolean {
  return ts.isCallExpression(use.parent) && use.parent.arguments.includes(use);
}

const CONVERSIONS: ReadonlySet<string> = new Set(['String', 'Number', 'Boolean', 'BigInt']);

/** False for a test of whether there is content, and for a property that is compared, converted or tested. */
function isTrusted(use: ts.Identifier): boolean {
  const node = withAssertions(use);
  const { parent } = node;
  const isRead =
    (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) &&
    parent.expression === node;
  return !isTested(isRead ? parent : node);
}

/** The outermost expression that only asserts something about a value. */
function withAssertions(value: ts.Node): ts.Node {
  let node = value;
  while (
    ts.isNonNullExpression(node.parent) ||
    ts.isParenthesizedExpression(node.parent) ||
    ts.isAsExpression(node.parent)
  )
    node = node.parent;
  return node;
}

function isTested(value: ts.Node): boolean {
  const node = withAssertions(value);
  const { parent } = node;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return true;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  if (ts.isPrefixUnaryExpression(parent) || ts.isTypeOfExpression(parent)) return true;
  if (ts.isCallExpression(parent)) return CONVERSIONS.has(parent.expression.getText());
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken)
    return parent.left === node || isTested(parent);
  return COMPARISONS.has(kind);
}

const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.InKeyword,
  ts.SyntaxKind.InstanceOfKeyword,
]);

/** The very schema that was asked with becomes the third argument, where it is a Standard Schema with a name. */
function schemaFix(read: AnswerRead, { ends }: RoundFunction, checker: ts.TypeChecker): Fix | undefined {
  const last = read.call.arguments[1];
  if (read.key === undefined || last === undefined || read.call.typeArguments !== undefined) return undefined;
  const asked = ends.flatMap(({ built }) => {
    const request = built?.requests && propertyValue(built.requests, read.key ?? '');
    const call = request && resolveValue(request, checker);
    return call !== undefined && ts.isCallExpression(call) && sdkFunctionName(call, checker) === 'elicit'
      ? [call]
      : [];
  });
  const schemas = new Set(asked.flatMap((call) => schemaName(call, checker) ?? []));
  const [name, other] = schemas;
  if (name === undefined || other !== undefined) return undefined;
  return {
    title: `validate against \`${name}\``,
    edits: [
      { file: read.call.getSourceFile().fileName, start: last.end, end: last.end, newText: `, ${name}` },
    ],
  };
}

/** A module constant, so that it has the same meaning at both places. */
function schemaName(call: ts.CallExpression, checker: ts.TypeChecker): string | undefined {
  const params = call.arguments[0] && resolveValue(call.arguments[0], checker);
  if (params === undefined || !ts.isObjectLiteralExpression(params)) return undefined;
  const value = propertyValue(params, 'requestedSchema');
  const schema = value && unwrap(value);
  if (schema === undefined || !ts.isIdentifier(schema)) return undefined;
  const isStandard = checker.getTypeAtLocation(schema).getProperty('~standard') !== undefined;
  const symbol = ts.isShorthandPropertyAssignment(schema.parent)
    ? checker.getShorthandAssignmentValueSymbol(schema.parent)
    : checker.getSymbolAtLocation(schema);
  const isAtTop = (symbol?.declarations ?? []).every(
    (node) => ts.findAncestor(node, ts.isFunctionLike) === undefined,
  );
  return isStandard && isAtTop ? schema.text : undefined;
}
