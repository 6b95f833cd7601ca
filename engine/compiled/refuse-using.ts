import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { ts } from '../syntax/ts.ts';
import { isAwait } from './suspension.ts';
import { shorten, spanOf, unsupported } from './unsupported.ts';

export function isUsing({ flags }: ts.VariableDeclarationList): boolean {
  return (flags & ts.NodeFlags.Using) === ts.NodeFlags.Using;
}

/**
 * Says why a `using` that cannot stay as it stands is not compiled.
 * @throws {DiagnosticError} MRTR1507 naming the first `await` that the resource is open at, MRTR1501 where there is none
 */
export function refuseUsing(list: ts.VariableDeclarationList): never {
  const held = awaitBehind(list);
  if (held === undefined) throw unsupported(list, '`using` in a block that it does not have for itself');
  const variable = list.declarations.map(({ name }) => name.getText()).join(', ');
  throw new DiagnosticError(
    diag.usingAcrossAwait(spanOf(list), { variable, awaited: shorten(held.getText()) }),
  );
}

/** The first `await` in the scope of the resource, behind its declaration. */
function awaitBehind(list: ts.VariableDeclarationList): ts.Node | undefined {
  const scope = ts.isVariableStatement(list.parent) ? list.parent.parent : list.parent;
  const find = (node: ts.Node): ts.Node | undefined => {
    if (node.end <= list.end || ts.isFunctionLike(node)) return undefined;
    return isAwait(node) ? node : ts.forEachChild(node, find);
  };
  return ts.forEachChild(scope, find);
}
