import type { HandlerFunction } from '../../engine/find/find-handler-roots.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { TextEdit } from '../edits.ts';

/**
 * Adds `InputRequiredResult` to a written return type: `Promise<CallToolResult>` no longer fits a handler that may ask.
 * @returns no edits when there is nothing to widen; undefined when the annotation is not written as `Promise<…>`.
 */
export function widenReturnType(fn: HandlerFunction): readonly TextEdit[] | undefined {
  const { type } = fn;
  if (type === undefined) return [];
  if (!ts.isTypeReferenceNode(type) || type.typeName.getText() !== 'Promise') return undefined;
  const result = type.typeArguments?.[0];
  if (result === undefined) return undefined;
  if (/\bInputRequiredResult\b/.test(result.getText())) return [];
  return [{ start: result.end, end: result.end, newText: ' | InputRequiredResult' }];
}
