import type { Span } from '../../diagnostics/diagnostic.ts';
import type { ts } from '../syntax/ts.ts';

/** The text range of a node without its leading comments. */
export function spanOf(node: ts.Node): Span {
  return { file: node.getSourceFile().fileName, start: node.getStart(), end: node.end };
}
