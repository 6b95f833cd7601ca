import { diag } from '../../diagnostics/catalog.gen.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { LintRule } from '../lint-rule.ts';
import { isSdkCall, ownNodes } from '../sdk-calls.ts';

/**
 * A `catch` around nothing but the end of a round. Returning a question cannot fail: when the client's own handler
 * throws, or its user goes away, the client ends the call and the server is not called again.
 */
export const deadCatch: LintRule = {
  name: 'dead-catch',
  validate: ({ functions, checker }) => {
    const seen = new Set<ts.Node>();
    return functions.flatMap(({ ends, body }) => {
      return ends.flatMap(({ statement }) => {
        const around = ts.findAncestor(statement, (node) => node === body || ts.isTryStatement(node));
        if (around === undefined || !ts.isTryStatement(around) || seen.has(around)) return [];
        seen.add(around);
        const { catchClause, tryBlock } = around;
        if (catchClause === undefined || !isWithin(statement, tryBlock)) return [];
        return mayThrow(tryBlock, checker) ? [] : [diag.deadCatch(spanOf(catchClause))];
      });
    });
  },
};

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  return node.pos >= outer.pos && node.end <= outer.end;
}

const BUILDERS: ReadonlySet<string> = new Set([
  'InputRequiredBuilder',
  'acceptedContent',
  'createMessage',
  'elicitUrl',
  'inputResponse',
  'listRoots',
]);

/** Anything that runs code which is not known, and `inputRequired.elicit`, which refuses nested schemas. */
function mayThrow(block: ts.Block, checker: ts.TypeChecker): boolean {
  return ownNodes(block).some((node) => {
    if (ts.isCallExpression(node)) return !isSdkCall(node, BUILDERS, checker) && !isFlatForm(node, checker);
    return (
      ts.isNewExpression(node) ||
      ts.isThrowStatement(node) ||
      ts.isAwaitExpression(node) ||
      ts.isTaggedTemplateExpression(node) ||
      ts.isForOfStatement(node) ||
      ts.isSpreadElement(node) ||
      ts.isNonNullExpression(node)
    );
  });
}

/** `inputRequired.elicit({…})` with everything written out has been seen to be flat by the type checker. */
function isFlatForm(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const [params] = call.arguments;
  return (
    isSdkCall(call, new Set(['elicit']), checker) &&
    params !== undefined &&
    ts.isObjectLiteralExpression(params)
  );
}
