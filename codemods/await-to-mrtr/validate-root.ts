import { isSdkFile } from '../../engine/find/find-asks.ts';
import type { HandlerRoot } from '../../engine/find/find-handler-roots.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { createsServer } from '../state-codec/find-server-creations.ts';
import { isAsyncFunction } from '../../engine/syntax/is-async-function.ts';

/** Why a handler can be rewritten in no way; undefined where it may. */
export function rootProblem(root: HandlerRoot, checker: ts.TypeChecker): string | undefined {
  return shapeProblem(root) ?? serverProblem(root, checker);
}

function shapeProblem(root: HandlerRoot): string | undefined {
  const { fn } = root;
  if (fn.asteriskToken !== undefined) return 'it is a generator';
  if (fn.body === undefined || !ts.isBlock(fn.body)) return 'its body is an expression, not a block';
  return isAsyncFunction(fn) ? undefined : 'it is not an async function';
}

/** The codec is wired where an SDK class is instantiated, or in the constructor of a class that extends it directly. */
function serverProblem({ registration }: HandlerRoot, checker: ts.TypeChecker): string | undefined {
  const { expression } = registration;
  if (!ts.isPropertyAccessExpression(expression)) return 'it is registered with a detached method';
  const declarations = checker.getTypeAtLocation(expression.expression).symbol?.declarations ?? [];
  const isSdk = declarations.some((declaration) => isSdkFile(declaration.getSourceFile().fileName));
  const isWired = declarations.some((node) => ts.isClassLike(node) && createsServer(node, checker));
  return isSdk || isWired ? undefined : 'it is registered on a class derived from the SDK server';
}
