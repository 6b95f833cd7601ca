import { ts } from '../syntax/ts.ts';
import type { HelperFunction } from './find-asks.ts';
import { isMarked } from './suspended-function.ts';

/** A function that is a member of an object literal whose type nothing says where it is written. */
export interface LooseMember {
  readonly name: string;
  readonly type: ts.Type;
}

/** The member that a function is, where its literal has no type to be of: `return { name, handler: async () => … }`. */
export function looseMember(fn: HelperFunction, checker: ts.TypeChecker): LooseMember | undefined {
  const member = ts.isMethodDeclaration(fn) ? fn : isMarked(fn) ? fn.parent.parent : fn.parent;
  if (!ts.isMethodDeclaration(member) && !ts.isPropertyAssignment(member)) return undefined;
  const { name, parent: literal } = member;
  if (!ts.isObjectLiteralExpression(literal) || !ts.isIdentifier(name)) return undefined;
  if (checker.getContextualType(literal)?.getProperty(name.text) !== undefined) return undefined;
  return { name: name.text, type: checker.getTypeAtLocation(literal) };
}

/** Whether a call may be of the member: through a type that its literal can be given to. */
export function mayInvoke(
  { expression }: ts.CallExpression,
  { name, type }: LooseMember,
  checker: ts.TypeChecker,
): boolean {
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== name) return false;
  const holder = checker.getNonNullableType(checker.getTypeAtLocation(expression.expression));
  if ((holder.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0) return false;
  return checker.isTypeAssignableTo(type, holder);
}
