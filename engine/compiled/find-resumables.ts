import { ts } from '../syntax/ts.ts';
import { markedArgument } from './find-marks.ts';
import type { Marks } from './find-marks.ts';
import { isFunctionNode } from './function-node.ts';
import { isCompiledUnit } from './function-to-compile.ts';
import { receiverHolder } from './receiver.ts';
import { unwrap } from '../syntax/unwrap.ts';

export interface Resumable {
  readonly argument: ts.Expression;
  /** From names, not positions: the module, then the variable, property or tool it belongs to. */
  readonly id: string;
}

/** A method that `resumable(type, 'name')` marks. */
export interface ResumableMethod {
  /** The name as the mark has it. */
  readonly mark: ts.StringLiteralLike;
  /** The class as the mark has it: `this` in a static block, or a name. */
  readonly type: ts.Expression;
  readonly method: ts.MethodDeclaration | undefined;
  readonly id: string;
}

/** Finds the methods that one of the names in `marks` marks. A mark that names no method of the class has none. */
export function findResumableMethods(
  source: ts.SourceFile,
  marks: Marks,
  moduleId: string,
): readonly ResumableMethod[] {
  if (marks.names.size + marks.modules.size === 0) return [];
  const found: ResumableMethod[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    const type = markedArgument(node, marks);
    if (type === undefined || !ts.isCallExpression(node)) return;
    const holder = classNamed(unwrap(type), source);
    for (const mark of node.arguments.slice(1).filter(ts.isStringLiteralLike)) {
      const method = holder?.members.find((member) => isMethodNamed(member, mark.text));
      const id = `${moduleId}#${holder?.name?.text ?? 'class'}.${mark.text}`;
      found.push({ mark, type, method: method as ts.MethodDeclaration | undefined, id });
    }
  };
  visit(source);
  return found;
}

function isMethodNamed(member: ts.ClassElement, name: string): boolean {
  if (!ts.isMethodDeclaration(member) || member.body === undefined) return false;
  return (ts.isIdentifier(member.name) || ts.isStringLiteralLike(member.name)) && member.name.text === name;
}

/** The class that `this` is in a static block, or that a name of the file stands for, as TypeScript lowers static blocks. */
function classNamed(type: ts.Expression, source: ts.SourceFile): ts.ClassLikeDeclaration | undefined {
  if (type.kind === ts.SyntaxKind.ThisKeyword) {
    const holder = receiverHolder(type);
    return holder !== undefined && ts.isClassLike(holder.parent) ? holder.parent : undefined;
  }
  if (!ts.isIdentifier(type)) return undefined;
  const declared = (node: ts.Node): ts.ClassLikeDeclaration | undefined => {
    if (ts.isClassLike(node) && node.name?.text === type.text) return node;
    const value = valueNamed(node, type.text);
    if (value !== undefined) {
      const inner = unwrap(value);
      if (ts.isClassLike(inner)) return inner;
      // `_a = Service`
      if (ts.isIdentifier(inner) && inner.text !== type.text) return classNamed(inner, source);
    }
    return ts.forEachChild(node, declared);
  };
  return declared(source);
}

function valueNamed(node: ts.Node, name: string): ts.Expression | undefined {
  if (ts.isVariableDeclaration(node)) return node.name.getText() === name ? node.initializer : undefined;
  const isAssignment = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssignment && node.left.getText() === name ? node.right : undefined;
}

/** Finds the outermost arguments of `resumable` under one of the names in `marks`. */
export function findResumables(source: ts.SourceFile, marks: Marks, moduleId: string): readonly Resumable[] {
  if (marks.names.size + marks.modules.size === 0) return [];
  const found: Resumable[] = [];
  const used = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    const argument = isMethodMark(node) ? undefined : markedArgument(node, marks);
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

/** `resumable(this, 'name', …)`, compiled or not; what stands behind a function is its options. */
function isMethodMark(node: ts.Node): boolean {
  if (!ts.isCallExpression(node)) return false;
  const [type, mark] = node.arguments;
  if (type === undefined || mark === undefined) return false;
  return ts.isStringLiteralLike(mark) || (!isFunctionNode(unwrap(type)) && isCompiledMark(mark));
}

function isCompiledMark(mark: ts.Expression): boolean {
  if (!ts.isObjectLiteralExpression(mark) || mark.properties.length !== 1) return false;
  const [property] = mark.properties;
  return property !== undefined && ts.isPropertyAssignment(property) && isCompiledUnit(property.initializer);
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
