import { ts } from '../syntax/ts.ts';
import type { Variable } from './code.ts';
import { unsupported } from './unsupported.ts';

export type FunctionNode =
  ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration | ts.MethodDeclaration;

/** A name declared inside a resumable function. */
export interface Binding extends Variable {
  name: string;
  readonly source: string;
  readonly declaration: ts.Node;
  /** The function whose activation holds it. */
  readonly owner: ts.Node;
  /** The node whose entry creates it: block, loop, catch clause, function. */
  readonly scope: ts.Node;
  readonly isConst: boolean;
  isBoxed: boolean;
  /** May be read before its declaration has been evaluated, which throws (ECMA-262 9.1.1.1.6): its box starts without `v`. */
  isReadEarly: boolean;
  isReassigned: boolean;
}

export interface Bindings {
  readonly of: ReadonlyMap<ts.Identifier, Binding>;
  readonly inScope: ReadonlyMap<ts.Node, readonly Binding[]>;
  /** Makes a name that meets no other of the file. */
  readonly fresh: (base: string) => string;
}

interface Scope {
  readonly node: ts.Node;
  readonly owner: ts.Node;
  readonly parent: Scope | undefined;
  readonly names: Map<string, Binding>;
}

/**
 * Resolves the names that `root` declares (ECMA-262 8.2 scope analysis) and decides which live in boxes: those a nested
 * function shares and that may change after it was created.
 */
export function resolveBindings(root: FunctionNode, taken: ReadonlySet<string>): Bindings {
  const used = new Set(taken);
  const resolver = new Resolver(freshNames(used));
  resolver.declareAll(root, undefined);
  resolver.resolveAll(root, undefined);
  resolver.chooseBoxes();
  resolver.chooseNames();
  const inScope = new Map<ts.Node, Binding[]>();
  for (const scope of resolver.scopes.values()) inScope.set(scope.node, [...scope.names.values()]);
  return { of: resolver.references, inScope, fresh: resolver.fresh };
}

function freshNames(used: Set<string>): (base: string) => string {
  return (base) => {
    let name = base;
    for (let n = 1; used.has(name); n++) name = `${base}$${n}`;
    used.add(name);
    return name;
  };
}

class Resolver {
  readonly scopes = new Map<ts.Node, Scope>();
  readonly references = new Map<ts.Identifier, Binding>();
  readonly fresh: (base: string) => string;
  /** Names that mean something outside the function. */
  readonly #free = new Set<string>();
  readonly #captures = new Map<Binding, readonly ts.Node[]>();

  constructor(fresh: (base: string) => string) {
    this.fresh = fresh;
  }

  declareAll(node: ts.Node, outer: Scope | undefined): void {
    const scope = isScope(node) ? this.#open(node, outer) : outer;
    if (scope !== undefined) this.#declare(node, scope);
    ts.forEachChild(node, (child) => this.declareAll(child, scope));
  }

  resolveAll(node: ts.Node, outer: Scope | undefined): void {
    const scope = this.scopes.get(node) ?? outer;
    if (ts.isIdentifier(node) && isReference(node)) this.#resolve(node, scope);
    ts.forEachChild(node, (child) => {
      if (!ts.isTypeNode(child)) this.resolveAll(child, scope);
    });
  }

  #open(node: ts.Node, parent: Scope | undefined): Scope {
    const owner = ts.isFunctionLike(node) || parent === undefined ? node : parent.owner;
    const scope = { node, owner, parent, names: new Map<string, Binding>() };
    this.scopes.set(node, scope);
    return scope;
  }

  #declare(node: ts.Node, scope: Scope): void {
    if (ts.isVariableDeclaration(node)) {
      const isVar =
        ts.isVariableDeclarationList(node.parent) && (node.parent.flags & ts.NodeFlags.BlockScoped) === 0;
      const isConst =
        ts.isVariableDeclarationList(node.parent) && (node.parent.flags & ts.NodeFlags.Const) !== 0;
      this.#declareNames(node.name, node, isVar ? functionScope(scope) : scope, isConst);
    } else if (ts.isParameter(node)) this.#declareNames(node.name, node, scope, false);
    else if (ts.isFunctionDeclaration(node) && node.name !== undefined && scope.parent !== undefined) {
      this.#declareNames(node.name, node, scope.parent, false);
    } else if (ts.isClassDeclaration(node) && node.name !== undefined)
      this.#declareNames(node.name, node, scope, true);
    else if (ts.isFunctionExpression(node) && node.name !== undefined && scope.parent !== undefined) {
      this.#declareNames(node.name, node, scope, true);
    }
  }

  #declareNames(name: ts.BindingName, declaration: ts.Node, scope: Scope, isConst: boolean): void {
    if (!ts.isIdentifier(name)) {
      for (const element of name.elements) {
        if (ts.isBindingElement(element)) this.#declareNames(element.name, declaration, scope, isConst);
      }
      return;
    }
    if (scope.names.has(name.text)) return;
    const { owner, node } = scope;
    const isFunction = ts.isFunctionDeclaration(declaration);
    const common = { name: name.text, source: name.text, declaration, owner, scope: node, isConst };
    scope.names.set(name.text, { ...common, isBoxed: false, isReadEarly: false, isReassigned: isFunction });
  }

  #resolve(node: ts.Identifier, scope: Scope | undefined): void {
    for (let at = scope; at !== undefined; at = at.parent) {
      const binding = at.names.get(node.text);
      if (binding === undefined) continue;
      this.references.set(node, binding);
      this.#note(node, binding, scope?.owner ?? binding.owner);
      return;
    }
    this.#free.add(node.text);
  }

  /** All variables of a machine share one scope, so each has a name of its own, which no outer name is. */
  chooseNames(): void {
    const claimed = new Set(this.#free);
    for (const { names } of this.scopes.values()) {
      for (const binding of names.values()) {
        if (claimed.has(binding.source)) binding.name = this.fresh(binding.source);
        claimed.add(binding.name);
      }
    }
  }

  /** To be called when everything is resolved: a capture may come before the assignment that makes it shared. */
  chooseBoxes(): void {
    for (const [binding, closures] of this.#captures) {
      binding.isBoxed ||= binding.isReassigned || closures.some((closure) => runsEarly(closure, binding));
    }
  }

  #note(node: ts.Identifier, binding: Binding, user: ts.Node): void {
    if (isAssignmentTarget(node)) {
      if (binding.isConst) throw unsupported(node, 'an assignment to a constant');
      binding.isReassigned = true;
    }
    const closure = user === binding.owner ? undefined : outermostWithin(user, binding.owner);
    if (hasDeadZone(binding.declaration) && runsEarly(closure ?? node, binding)) {
      binding.isReadEarly = true;
      binding.isBoxed = true;
    }
    if (closure === undefined) return;
    const closures = this.#captures.get(binding) ?? [];
    this.#captures.set(binding, [...closures, closure]);
  }
}

/** True when a use, or the function it is in, may be reached before the variable has its value. */
function runsEarly(use: ts.Node, { declaration, scope }: Binding): boolean {
  if (use === declaration || isNameOf(use, declaration)) return false;
  if (use.pos < declaration.end) return true;
  if (ts.isFunctionDeclaration(use)) return !ts.isParameter(declaration);
  if (ts.isForOfStatement(scope) || ts.isForInStatement(scope)) return isWithin(use, scope.expression);
  return ts.isCaseBlock(scope) && clauseOf(use) !== clauseOf(declaration);
}

/** `let`, `const` and parameters; `var` and functions exist from the entry of their scope on. */
function hasDeadZone(declaration: ts.Node): boolean {
  if (ts.isParameter(declaration)) return true;
  return (
    ts.isVariableDeclaration(declaration) &&
    ts.isVariableDeclarationList(declaration.parent) &&
    (declaration.parent.flags & ts.NodeFlags.BlockScoped) !== 0
  );
}

function isNameOf(node: ts.Node, declaration: ts.Node): boolean {
  const holder = ts.findAncestor(node, (at) => !ts.isBindingElement(at) && !ts.isBindingName(at));
  return holder === declaration && isDeclaredName(node);
}

function isDeclaredName(node: ts.Node): boolean {
  const { parent } = node;
  return (
    (ts.isBindingElement(parent) || ts.isVariableDeclaration(parent) || ts.isParameter(parent)) &&
    parent.name === node
  );
}

function isWithin(node: ts.Node, container: ts.Node): boolean {
  return container.pos <= node.pos && node.end <= container.end;
}

function clauseOf(node: ts.Node): ts.Node | undefined {
  return ts.findAncestor(node, ts.isCaseOrDefaultClause);
}

function outermostWithin(user: ts.Node, owner: ts.Node): ts.Node {
  let closure = user;
  for (let at: ts.Node = user; at !== owner; at = at.parent) if (ts.isFunctionLike(at)) closure = at;
  return closure;
}

function functionScope(scope: Scope): Scope {
  let at = scope;
  while (at.node !== at.owner && at.parent !== undefined) at = at.parent;
  return at;
}

function isScope(node: ts.Node): boolean {
  if (ts.isBlock(node)) return !ts.isFunctionLike(node.parent) && !ts.isCatchClause(node.parent);
  return (
    ts.isFunctionLike(node) ||
    ts.isForStatement(node) ||
    ts.isForOfStatement(node) ||
    ts.isForInStatement(node) ||
    ts.isCaseBlock(node) ||
    ts.isCatchClause(node)
  );
}

/** True for identifiers that name a variable, not a property, a label or a type. */
export function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isAccessor(parent)) {
    return ts.isPropertyAssignment(parent) && parent.initializer === node;
  }
  if (ts.isBindingElement(parent)) return parent.propertyName !== node;
  if (ts.isPropertyDeclaration(parent)) return parent.initializer === node;
  return !(
    ts.isLabeledStatement(parent) ||
    ts.isBreakOrContinueStatement(parent) ||
    ts.isMetaProperty(parent)
  );
}

/** True when evaluating the source writes the variable: assignment, update, destructuring or loop target. */
export function isAssignmentTarget(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent))
    return parent.left === node && isAssignmentOperator(parent.operatorToken.kind);
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    return (
      parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken
    );
  }
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node;
  if (ts.isShorthandPropertyAssignment(parent))
    return parent.name === node && isAssignmentTarget(parent.parent);
  if (ts.isPropertyAssignment(parent))
    return parent.initializer === node && isAssignmentTarget(parent.parent);
  const isWrapper =
    ts.isArrayLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isNonNullExpression(parent);
  return isWrapper && isAssignmentTarget(parent);
}

export function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
