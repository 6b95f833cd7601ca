import { ts } from '../syntax/ts.ts';
import { markedArgument } from './find-marks.ts';
import type { Marks } from './find-marks.ts';

export interface Resumable {
  readonly argument: ts.Expression;
  /** From names, not positions: the module, then the variable, property or tool it belongs to. */
  readonly id: string;
}

/** Finds the outermost arguments of `resumable` under one of the names in `marks`. */
export function findResumables(source: ts.SourceFile, marks: Marks, moduleId: string): readonly Resumable[] {
  if (marks.names.size + marks.modules.size === 0) return [];
  const found: Resumable[] = [];
  const used = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    const argument = markedArgument(node, marks);
    if (argument === undefined) {
      ts.forEachChild(node, visit);
      return;
    }
    const name = nameOf(node);
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    found.push({ argument, id: `${moduleId}#${name}${count > 1 ? `~${count}` : ''}` });
  };
  visit(source);
  return found;
}

function nameOf(call: ts.Node): string {
  const { parent } = call;
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && ts.isIdentifier(parent.name)) {
    return parent.name.text;
  }
  // CommonJS output: exports.name = resumable(…)
  if (ts.isBinaryExpression(parent) && ts.isPropertyAccessExpression(parent.left))
    return parent.left.name.text;
  const first = ts.isCallExpression(parent) ? parent.arguments[0] : undefined;
  return first !== undefined && ts.isStringLiteralLike(first) ? first.text : 'anonymous';
}
