import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import { ts } from '../syntax/ts.ts';
import { printPieces } from './code.ts';
import type { Variable } from './code.ts';
import { countAsks } from './count-asks.ts';
import type { AskCount } from './count-asks.ts';
import { compileUnit } from './compile-unit.ts';
import type { FunctionPlan } from './compile-unit.ts';
import { collectFileNames } from './file-names.ts';
import { findMarks } from './find-marks.ts';
import { findTargets } from './find-targets.ts';
import { spanOf } from './unsupported.ts';

/** What the compiler makes of one marked function. */
export interface ExplainedUnit {
  readonly id: string;
  readonly span: Span;
  /** A state in flight belongs to this version of the function. */
  readonly hash: string | undefined;
  /** The marked function, then those nested in it. Empty when it is refused. */
  readonly functions: readonly ExplainedFunction[];
  /** Why it is refused. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface ExplainedFunction {
  readonly name: string;
  readonly span: Span;
  /**
   * `machine` can stop at its suspension points; `closure` runs to its end and is rebuilt when it is needed again;
   * a `class` stays in the process, and objects of it cannot be carried.
   */
  readonly kind: 'machine' | 'closure' | 'class';
  readonly captured: readonly ExplainedVariable[];
  readonly suspensionPoints: readonly ExplainedSuspensionPoint[];
  /** How often the asks that are written in it suspend it; those of the functions that it calls come on top. */
  readonly asks: AskCount;
}

export interface ExplainedSuspensionPoint {
  /** The resume label: where the function goes on. */
  readonly label: number;
  /** The `await`; absent for the promises that the function returns. */
  readonly span: Span | undefined;
  /** The live-in set: what travels in the state. */
  readonly carried: readonly ExplainedVariable[];
  /** What is computed again instead: methods of what is carried, and what can be reached by name. */
  readonly recomputed: readonly string[];
}

export interface ExplainedVariable {
  /** The name in the source; undefined for an intermediate value of an expression. */
  readonly name: string | undefined;
  /** Shared with a nested function and changed later, so that both must find the same box again. */
  readonly isBoxed: boolean;
  /** Where the name is declared; undefined for what has none. */
  readonly declaredAt?: Span;
  /** What travels in place of the value, where the code says so: how it is made, or nothing. */
  readonly remedy?: 'rematerialize' | 'transient';
  /** Its type, as text, and about how many characters it takes in a state: known only with a program. */
  readonly type?: string;
  readonly size?: number;
}

/** Explains the marked functions of a file in source order; compiles each as `compile` does. */
export function explain(
  text: string,
  { filename, moduleId = filename }: { readonly filename: string; readonly moduleId?: string },
): readonly ExplainedUnit[] {
  const source = ts.createSourceFile(filename, text, ts.ScriptTarget.Latest, true);
  const marks = findMarks(source);
  const names = collectFileNames(source, marks);
  return findTargets(source, marks, moduleId).map(({ id, node: at, type, find }): ExplainedUnit => {
    const unit = { id, span: spanOf(at), hash: undefined, functions: [], diagnostics: [] };
    try {
      const node = find();
      if (node === undefined) return unit;
      const { hash, plan } = compileUnit(node, id, names, type);
      return { ...unit, hash, functions: plan.map(explainFunction) };
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return { ...unit, diagnostics: error.diagnostics };
    }
  });
}

function explainFunction({ node, captured, layouts, blocks }: FunctionPlan): ExplainedFunction {
  const points = [...(layouts ?? [])].map(([label, { carried, reloaded, node: at }]) => ({
    label,
    span: at && spanOf(at),
    carried: carried.map(explainVariable),
    recomputed: reloaded.map(({ reload }) => printPieces(reload ?? [])),
  }));
  return {
    name: nameOf(node),
    span: spanOf(node),
    kind: ts.isClassLike(node) ? 'class' : layouts === undefined ? 'closure' : 'machine',
    captured: captured.map(explainVariable),
    suspensionPoints: points.sort((a, b) => (a.span?.start ?? node.end) - (b.span?.start ?? node.end)),
    asks: countAsks(blocks),
  };
}

function explainVariable(
  variable: Variable & { readonly source?: string; readonly declaration?: ts.Node },
): ExplainedVariable {
  const { source: name, isBoxed, declaration } = variable;
  const identifier = declaration && name !== undefined ? findName(declaration, name) : undefined;
  const remedy = declaration && remedyIn(declaration);
  const declaredAt = identifier && spanOf(identifier);
  return { name, isBoxed, ...(declaredAt && { declaredAt }), ...(remedy && { remedy }) };
}

/** `const db = rematerialize(() => …)` */
function remedyIn(declaration: ts.Node): ExplainedVariable['remedy'] {
  const variable = ts.findAncestor(declaration, ts.isVariableDeclaration);
  const call = variable?.initializer;
  if (variable === undefined || call === undefined || !ts.isCallExpression(call)) return undefined;
  if (variable !== declaration && variable.name !== declaration) return undefined;
  const name = call.expression.getText();
  return name === 'rematerialize' || name === 'transient' ? name : undefined;
}

/** The identifier that a declaration, perhaps with a pattern, gives to `name`. */
function findName(declaration: ts.Node, name: string): ts.Identifier | undefined {
  if (ts.isIdentifier(declaration)) return declaration.text === name ? declaration : undefined;
  if (
    ts.isBindingElement(declaration) ||
    ts.isVariableDeclaration(declaration) ||
    ts.isParameter(declaration)
  )
    return findName(declaration.name, name);
  if (ts.isFunctionLike(declaration) || ts.isClassLike(declaration))
    return declaration.name !== undefined && ts.isIdentifier(declaration.name) ? declaration.name : undefined;
  return ts.forEachChild(declaration, (child) =>
    ts.isBindingElement(child) ? findName(child, name) : undefined,
  );
}

function nameOf(node: FunctionPlan['node']): string {
  const { parent } = node;
  const named = node.name ?? (ts.isVariableDeclaration(parent) ? parent.name : undefined);
  return named?.getText() ?? '(anonymous)';
}
