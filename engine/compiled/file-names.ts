import { ts } from '../syntax/ts.ts';
import type { FileNames } from './compile-unit.ts';
import { markedArgument } from './find-marks.ts';
import type { Marks } from './find-marks.ts';
import { isAssignmentTarget } from './resolve-bindings.ts';

/** The identifiers of a file, those that are assigned after their declaration, and what is marked by one of `marks`. */
export function collectFileNames(source: ts.SourceFile, marks: Marks): FileNames {
  const all = new Set<string>();
  const mutable = new Set<string>();
  const resumable = new Set<string>();
  const declared = new Set<string>();
  const assignedMembers = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      all.add(node.text);
      if (isDeclaredName(node)) declared.add(node.text);
      if (isAssignmentTarget(node)) mutable.add(node.text);
      const value = valueGivenTo(node);
      if (value !== undefined && markedArgument(value, marks) !== undefined) resumable.add(node.text);
    }
    if (ts.isPropertyAccessExpression(node) && isAssignmentTarget(node) && !isInConstructor(node))
      assignedMembers.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return {
    all,
    declared,
    assignedMembers,
    mutable,
    resumables: resumable,
    reassignedResumables: new Set([...resumable].filter((name) => mutable.has(name))),
  };
}

function isDeclaredName(node: ts.Identifier): boolean {
  const { parent } = node;
  const isDeclaration =
    ts.isVariableDeclaration(parent) ||
    ts.isBindingElement(parent) ||
    ts.isParameter(parent) ||
    ts.isFunctionLike(parent) ||
    ts.isClassLike(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent) ||
    ts.isImportEqualsDeclaration(parent);
  return isDeclaration && parent.name === node;
}

/** The members of an object whose constructor has ended are what is said of it here. */
function isInConstructor(node: ts.Node): boolean {
  const holder = ts.findAncestor(node, ts.isFunctionLike);
  return holder !== undefined && ts.isConstructorDeclaration(holder);
}

function valueGivenTo(node: ts.Identifier): ts.Expression | undefined {
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) && parent.name === node) return parent.initializer;
  return ts.isBinaryExpression(parent) && isAssignmentTarget(node) ? parent.right : undefined;
}
