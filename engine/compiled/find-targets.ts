import type { ts } from '../syntax/ts.ts';
import { code } from './code.ts';
import type { Code } from './code.ts';
import type { Marks } from './find-marks.ts';
import { findResumableMethods, findResumables } from './find-resumables.ts';
import type { FunctionNode } from './function-node.ts';
import { functionToCompile, methodToCompile } from './function-to-compile.ts';
import { unwrap } from '../syntax/unwrap.ts';

/** What is marked, and the text that a unit takes the place of. */
export interface Target {
  readonly id: string;
  /** The function or method; the mark, where it names none. */
  readonly node: ts.Node;
  /** The class of a method. */
  readonly type?: ts.Expression;
  readonly start: number;
  readonly end: number;
  /** @throws {DiagnosticError} when it cannot be compiled where it is */
  readonly find: () => FunctionNode | undefined;
  readonly print: (unit: Code) => Code;
}

/** What the marks of a file mark, in source order. */
export function findTargets(source: ts.SourceFile, marks: Marks, moduleId: string): readonly Target[] {
  const functions = findResumables(source, marks, moduleId).map(({ argument, id }): Target => {
    const node = unwrap(argument);
    const find = (): FunctionNode | undefined => functionToCompile(argument);
    return { id, node, start: node.getStart(source), end: node.end, find, print: (unit) => unit };
  });
  const methods = findResumableMethods(source, marks, moduleId).map(({ mark, type, method, id }): Target => {
    const print = (unit: Code): Code => code`{ ${JSON.stringify(mark.text)}: ${unit} }`;
    const find = (): FunctionNode => methodToCompile(mark, method);
    return { id, node: method ?? mark, type, start: mark.getStart(source), end: mark.end, find, print };
  });
  return [...functions, ...methods].toSorted((a, b) => a.start - b.start);
}
