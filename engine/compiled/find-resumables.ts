import { ts } from '../syntax/ts.ts';
import { isFunctionNode } from './print-expression.ts';
import type { FunctionNode } from './resolve-bindings.ts';

export interface Resumable {
  readonly node: FunctionNode;
  /** From names, not positions: file name, then the variable, property or tool it belongs to. */
  readonly id: string;
}

/** Finds the outermost functions given to `resumable`, imported from 'mrtr/runtime' under any local name. */
export function findResumables(source: ts.SourceFile): readonly Resumable[] {
  const marks = importedMarks(source);
  if (marks.size === 0) return [];
  const found: Resumable[] = [];
  const used = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    const argument =
      ts.isCallExpression(node) && isMark(node.expression, marks) ? node.arguments[0] : undefined;
    if (argument === undefined || !isFunctionNode(argument)) {
      ts.forEachChild(node, visit);
      return;
    }
    const name = nameOf(node);
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    found.push({ node: argument, id: `${source.fileName}#${name}${count > 1 ? `~${count}` : ''}` });
  };
  visit(source);
  return found;
}

function isMark(callee: ts.Expression, marks: ReadonlySet<string>): boolean {
  return ts.isIdentifier(callee) && marks.has(callee.text);
}

/** The local names under which `resumable` is imported. */
export function importedMarks(source: ts.SourceFile): Set<string> {
  const marks = new Set<string>();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    if (statement.moduleSpecifier.text !== 'mrtr/runtime') continue;
    const named = statement.importClause?.namedBindings;
    if (named === undefined || !ts.isNamedImports(named)) continue;
    for (const element of named.elements) {
      if ((element.propertyName ?? element.name).text === 'resumable') marks.add(element.name.text);
    }
  }
  return marks;
}

function nameOf(call: ts.Node): string {
  const { parent } = call;
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && ts.isIdentifier(parent.name)) {
    return parent.name.text;
  }
  const first = ts.isCallExpression(parent) ? parent.arguments[0] : undefined;
  return first !== undefined && ts.isStringLiteralLike(first) ? first.text : 'anonymous';
}
