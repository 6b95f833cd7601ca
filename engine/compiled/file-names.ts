import { ts } from '../syntax/ts.ts';
import type { FileNames, Settlement } from './compile-unit.ts';
import { markedArgument } from './find-marks.ts';
import type { Marks } from './find-marks.ts';
import { isAssignmentTarget } from './resolve-bindings.ts';

/** The identifiers of a file, those that are assigned after their declaration, and what is marked by one of `marks`. */
export function collectFileNames(source: ts.SourceFile, marks: Marks): FileNames {
  const all = new Set<string>();
  const resumable = new Set<string>();
  const assignedMembers = new Set<string>();
  const declarations = new Map<string, ts.Identifier[]>();
  const assignments = new Map<string, ts.Identifier[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      all.add(node.text);
      if (isDeclaredName(node)) add(declarations, node);
      if (isAssignmentTarget(node)) add(assignments, node);
      const value = valueGivenTo(node);
      if (value !== undefined && markedArgument(value, marks) !== undefined) resumable.add(node.text);
    }
    if (ts.isPropertyAccessExpression(node) && isAssignmentTarget(node) && !isInConstructor(node))
      assignedMembers.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const mutable = new Set(assignments.keys());
  return {
    all,
    declared: new Set(declarations.keys()),
    assignedMembers,
    mutable,
    settled: new Map(
      [...assignments].flatMap(([name, targets]) => {
        const settlement = settle(declarations.get(name) ?? [], targets);
        return settlement === undefined ? [] : [[name, settlement]];
      }),
    ),
    resumables: resumable,
    reassignedResumables: new Set([...resumable].filter((name) => mutable.has(name))),
  };
}

function add(byName: Map<string, ts.Identifier[]>, node: ts.Identifier): void {
  const known = byName.get(node.text);
  if (known === undefined) byName.set(node.text, [node]);
  else known.push(node);
}

/**
 * From where on a variable means one thing: when the function that declares it makes all assignments itself, none of them
 * repeatedly for one variable. No other declaration of the file may have its name.
 */
function settle(
  [declared, ...others]: readonly ts.Identifier[],
  targets: readonly ts.Identifier[],
): Settlement | undefined {
  if (declared === undefined || others.length > 0 || !ts.isVariableDeclaration(declared.parent)) return;
  const within = functionAround(declared);
  // A `var` is one variable for all turns of a loop.
  const isOfBlock = (ts.getCombinedNodeFlags(declared.parent) & ts.NodeFlags.BlockScoped) !== 0;
  const isOnce = (target: ts.Node): boolean => {
    const holder = ts.findAncestor(
      target,
      (at) =>
        at === within ||
        ts.isFunctionLike(at) ||
        ts.isPropertyDeclaration(at) ||
        (ts.isIterationStatement(at, false) && !(isOfBlock && isInside(declared, at.statement))),
    );
    return holder === within;
  };
  const isWhole = targets.every((target) => isOnce(target) && ts.isBinaryExpression(target.parent));
  return isWhole ? { within, end: Math.max(...targets.map((target) => target.parent.end)) } : undefined;
}

/** Whether what `node` makes is made when all assignments are behind. */
export function isSettledFor(node: ts.Node, { within, end }: Settlement): boolean {
  if (node.pos < end) return false;
  const hoisted = ts.findAncestor(node, (at) => at === within || ts.isFunctionDeclaration(at));
  return hoisted === within;
}

function functionAround(node: ts.Node): ts.Node {
  return ts.findAncestor(node, (at) => ts.isFunctionLike(at) || ts.isSourceFile(at)) ?? node.getSourceFile();
}

function isInside(node: ts.Node, outer: ts.Node): boolean {
  return ts.findAncestor(node, (at) => at === outer) !== undefined;
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
