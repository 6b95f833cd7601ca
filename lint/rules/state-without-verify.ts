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
    if (!nodesBelow(file).some((node) => isServerCreation(node, checker))) return [];
    const sealing = allFunctions().flatMap(({ ends }) =>
      ends.flatMap(({ built }) => (built !== undefined && built.seal.by !== 'none' ? [built] : [])),
    );
    const imported = importedBy(file);
    const first = sealing.find(({ node }) => {
      const owner = node.getSourceFile();
      return imported.has(owner) || importedBy(owner).has(file);
    });
    if (first === undefined) return [];
    return nodesBelow(file).flatMap((node) => {
      if (!isServerCreation(node, checker)) return [];
      const options = node.arguments?.[1];
      if (options !== undefined && mayVerify(options, checker)) return [];
      const related = [{ span: spanOf(first.node), label: 'this state comes back unchecked' }];
      return [diag.stateWithoutVerify(spanOf(node), { related })];
    });
  },
};

/** Options that cannot be read off the source may have it. */
function mayVerify(options: ts.Expression, checker: ts.TypeChecker): boolean {
  const literal = resolveValue(options, checker);
  if (!ts.isObjectLiteralExpression(literal)) return true;
  return literal.properties.some(
    (property) => ts.isSpreadAssignment(property) || property.name?.getText() === 'requestState',
  );
}
