import { collectReferences } from '../analyze/collect-references.ts';
import { ts } from '../syntax/ts.ts';
import { resolveAlias } from '../syntax/resolve-alias.ts';

/** A function that becomes the member of an object literal under a name. */
export interface LiteralMember {
  readonly literal: ts.ObjectLiteralExpression;
  readonly property: string;
}

export interface FunctionUses {
  /** A use that hands the function to code that may call it with other arguments. */
  readonly passedOn: ts.Node | undefined;
  readonly literals: readonly LiteralMember[];
}

/** The uses of functions other than calls. */
export interface NamedUses {
  /** @param isIgnored uses that do not count */
  of(symbol: ts.Symbol | undefined, isIgnored: (use: ts.Node) => boolean): FunctionUses;
}

/** Prepares to look for the uses of functions in some files; each file is read once. */
export function findPassedOn(files: readonly ts.SourceFile[], checker: ts.TypeChecker): NamedUses {
  const references = new Map<string, ts.Identifier[]>();
  const members = new Map<string, ts.PropertyAccessExpression[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) push(members, node.name.text, node);
    ts.forEachChild(node, visit);
  };
  for (const file of files) {
    visit(file);
    for (const { node, symbol, isDeclaration } of collectReferences(file, checker))
      if (!isDeclaration) push(references, resolveAlias(symbol, checker).name, node);
  }
  return {
    of(own, isIgnored) {
      if (own === undefined) return { passedOn: undefined, literals: [] };
      const { name } = own;
      const uses: ts.Node[] = [
        ...(references.get(name) ?? []).filter((node) => valueOf(node, checker) === own),
        ...(members.get(name) ?? []).filter((node) => checker.getSymbolAtLocation(node.name) === own),
      ];
      const literals: LiteralMember[] = [];
      let passedOn: ts.Node | undefined;
      for (const use of uses) {
        if (isIgnored(use)) continue;
        const member = literalMember(use);
        if (member !== undefined) literals.push(member);
        else if (!isCallOrName(use)) passedOn ??= use;
      }
      return { passedOn, literals };
    },
  };
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

/** The symbol that a function is known by. */
export function symbolOfHelper(
  fn: ts.FunctionLikeDeclaration,
  checker: ts.TypeChecker,
): ts.Symbol | undefined {
  const { parent } = fn;
  const isValue =
    ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent);
  const name = isValue ? parent.name : fn.name;
  return name && checker.getSymbolAtLocation(name);
}

function valueOf(node: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  return symbol && resolveAlias(symbol, checker);
}

/** `{ confirm }` and `{ ask: confirm }`: the literal's own type decides who calls it. */
function literalMember(use: ts.Node): LiteralMember | undefined {
  const { parent } = use;
  if (ts.isShorthandPropertyAssignment(parent)) return { literal: parent.parent, property: parent.name.text };
  return ts.isPropertyAssignment(parent) && parent.initializer === use && ts.isIdentifier(parent.name)
    ? { literal: parent.parent, property: parent.name.text }
    : undefined;
}

function isCallOrName(use: ts.Node): boolean {
  const { parent } = use;
  if (ts.isCallExpression(parent)) return parent.expression === use;
  return ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent);
}
