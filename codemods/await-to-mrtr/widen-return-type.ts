import { ts } from '../../engine/syntax/ts.ts';
import type { TextEdit } from '../edits.ts';

/** Adds `InputRequiredResult` to a written return type: `Promise<CallToolResult>` no longer fits a function that may ask. */
export function widenReturnType({ type }: ts.SignatureDeclaration): readonly TextEdit[] {
  if (type === undefined || /\bInputRequiredResult\b/.test(type.getText())) return [];
  const result =
    ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Promise'
      ? type.typeArguments?.[0]
      : undefined;
  if (result !== undefined) {
    const needsParentheses = ts.isFunctionTypeNode(result) || ts.isConditionalTypeNode(result);
    const text = needsParentheses ? `(${result.getText()})` : result.getText();
    return [{ start: result.getStart(), end: result.end, newText: `${text} | InputRequiredResult` }];
  }
  // An alias of a promise; an `async` function has to name the promise itself.
  const newText = `Promise<Awaited<${type.getText()}> | InputRequiredResult>`;
  return [{ start: type.getStart(), end: type.end, newText }];
}
