import { diag } from '../../diagnostics/catalog.gen.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { LintRule } from '../lint-rule.ts';
import { isServerCreation, nodesBelow, resolveValue } from '../sdk-calls.ts';

/**
 * A server without `requestState.verify` whose handlers hand out states. Without the hook the SDK passes on the raw
 * string as it came (`ServerOptions.requestState`), so a changed or expired state reaches the handler.
 */
export const stateWithoutVerify: LintRule = {
  name: 'state-without-verify',
  validate: ({ file, checker, allFunctions, importedBy }) => {
    const creations = nodesBelow(file).filter((node) => isServerCreation(node, checker));
    if (creations.length === 0) return [];
    const sealing = allFunctions().flatMap(({ ends }) =>
      ends.flatMap(({ built }) => (built !== undefined && built.seal.by !== 'none' ? [built.node] : [])),
    );
    const imported = importedBy(file);
    // Which of several servers a handler is registered on shows only where it is written beside its server.
    const belongs = (node: ts.Node, creation: ts.Node): boolean =>
      creations.length > 1
        ? isWithinFunctionOf(node, creation)
        : imported.has(node.getSourceFile()) || importedBy(node.getSourceFile()).has(file);
    return creations.flatMap((creation) => {
      const options = creation.arguments?.[1];
      if (options !== undefined && mayVerify(options, checker)) return [];
      const first = sealing.find((node) => belongs(node, creation));
      if (first === undefined) return [];
      const related = [{ span: spanOf(first), label: 'this state comes back unchecked' }];
      return [diag.stateWithoutVerify(spanOf(creation), { related })];
    });
  },
};

/** The node lies in the function that makes the server. */
function isWithinFunctionOf(node: ts.Node, creation: ts.Node): boolean {
  const maker = ts.findAncestor(creation, ts.isFunctionLike);
  return maker !== undefined && ts.findAncestor(node, (outer) => outer === maker) !== undefined;
}

/** Options that cannot be read off the source may have it. */
function mayVerify(options: ts.Expression, checker: ts.TypeChecker): boolean {
  const literal = resolveValue(options, checker);
  if (!ts.isObjectLiteralExpression(literal)) return true;
  return literal.properties.some(
    (property) => ts.isSpreadAssignment(property) || property.name?.getText() === 'requestState',
  );
}
