import { ts } from '../syntax/ts.ts';
import { isType } from './is-type.ts';
import type { Variable } from './code.ts';
import { isAsyncMachine } from './function-node.ts';
import type { FunctionNode } from './function-node.ts';
import { isReceiver, isSuper, receiverHolder } from './receiver.ts';

/** A name declared inside a resumable function. */
export interface Binding extends Variable {
  name: string;
  readonly source: string;
  declaration: ts.Node;
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
  /** Identifiers, and `this` where it is that of a resumable function. */
  readonly of: ReadonlyMap<ts.Node, Binding>;
  readonly inScope: ReadonlyMap<ts.Node, readonly Binding[]>;
  /** All that the activation of a function holds. */
  readonly ownedBy: ReadonlyMap<ts.Node, readonly Binding[]>;
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
  const resolver = new Resolver(root, freshNames(used));
  resolver.declareAll(root, undefined);
  resolver.resolveAll(root, undefined);
  resolver.chooseBoxes();
  resolver.chooseNames();
  const inScope = new Map<ts.Node, Binding[]>();
  const ownedBy = new Map<ts.Node, Binding[]>();
  for (const { node, owner, names } of resolver.scopes.values()) {
    const bindings = [...names.values()];
    inScope.set(node, bindings);
    ownedBy.set(owner, [...(ownedBy.get(owner) ?? []), ...bindings]);
  }
  return { of: resolver.references, inScope, ownedBy, fresh: resolver.fresh };
}

function freshNames(used: Set<string>): (base: string) => string {
  /** The first number that has not been tried: one unit may need thousands of temporaries. */
  const next = new Map<string, number>();
  return (base) => {
    let name = base;
    let n = next.get(base) ?? 1;
    while (used.has(name)) name = `${base}$${n++}`;
    next.set(base, n);
    used.add(name);
    return name;
  };
}

class Resolver {
  readonly scopes = new Map<ts.Node, Scope>();
  readonly references = new Map<ts.Node, Binding>();
  readonly fresh: (base: string) => string;
  readonly #root: FunctionNode;
  /** Names that mean something outside the function. */
  readonly #free = new Set<string>();
  readonly #captures = new Map<Binding, Set<ts.Node>>();

  constructor(root: FunctionNode, fresh: (base: string) => string) {
    this.#root = root;
    this.fresh = fresh;
  }

  declareAll(node: ts.Node, outer: Scope | undefined): void {
    const scope = isScope(node) ? this.#open(node, outer) : outer;
    if (scope !== undefined) this.#declare(node, scope);
    ts.forEachChild(node, (child) => this.declareAll(child, scope));
  }

  resolveAll(node: ts.Node, outer: Scope | undefined): void {
    const scope = this.scopes.get(node) ?? outer;
    if (isReceiver(node) || isSuper(node)) this.#resolveReceiver(node, scope);
    else if (ts.isIdentifier(node) && isReference(node)) this.#resolve(node, scope);
    ts.forEachChild(node, (child) => {
      if (!isType(child)) this.resolveAll(child, scope);
    });
  }

  #open(node: ts.Node, parent: Scope | undefined): Scope {
    const isOwner =
      ts.isFunctionLike(node) ||
      ts.isClassLike(node) ||
      ts.isClassStaticBlockDeclaration(node) ||
      parent === undefined;
    const owner = isOwner ? node : parent.owner;
    const scope = { node, owner, parent, names: new Map<string, Binding>() };
    this.scopes.set(node, scope);
    return scope;
  }

  #declare(node: ts.Node, scope: Scope): void {
    if (ts.isVariableDeclaration(node)) {
      const isConst =
        ts.isVariableDeclarationList(node.parent) && (node.parent.flags & ts.NodeFlags.Const) !== 0;
      this.#declareNames(node.name, node, isVar(node) ? variableScope(scope, node.name) : scope, isConst);
    } else if (ts.isParameter(node)) {
      if (!isThisParameter(node)) this.#declareNames(node.name, node, scope, false);
    } else if (ts.isFunctionDeclaration(node) && node.name !== undefined && scope.parent !== undefined) {
      this.#declareNames(node.name, node, scope.parent, false);
    } else if (ts.isClassLike(node) && node.name !== undefined) {
      this.#declareNames(node.name, node, scope, true);
      if (ts.isClassDeclaration(node) && scope.parent !== undefined)
        this.#declareNames(node.name, node, scope.parent, false);
    } else if (ts.isFunctionExpression(node) && node.name !== undefined) {
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
    const known = scope.names.get(name.text);
    const isFunction = ts.isFunctionDeclaration(declaration);
    if (known !== undefined && !isImplicit(known)) {
      known.isReassigned = true;
      // Of several functions, and before variables, the last is what the entry binds (ECMA-262 10.2.11).
      if (isFunction) known.declaration = declaration;
      return;
    }
    const { owner, node } = scope;
    const common = { name: name.text, source: name.text, declaration, owner, scope: node, isConst };
    // A `var` of a loop is one variable for all its turns.
    const isReassigned = isFunction || (isVar(declaration) && isInLoop(declaration, owner));
    scope.names.set(name.text, { ...common, isBoxed: false, isReadEarly: false, isReassigned });
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

  /**
   * `this` and `arguments` of a resumable function are variables of it; those of other functions stay as they are.
   * `super` means members of `this`.
   */
  #resolveReceiver(
    node: ts.Identifier | ts.ThisExpression | ts.SuperExpression,
    from: Scope | undefined,
  ): void {
    const holder = receiverHolder(node);
    const scope = holder === undefined ? undefined : this.scopes.get(holder);
    if (holder === undefined || scope === undefined) return;
    if (holder !== this.#root && !isAsyncMachine(holder)) return;
    const source = ts.isIdentifier(node) ? 'arguments' : 'this';
    let binding = scope.names.get(source);
    if (binding === undefined) {
      const common = {
        name: this.fresh(`$${source}`),
        source,
        declaration: holder,
        owner: holder,
        scope: holder,
      };
      binding = { ...common, isConst: true, isBoxed: false, isReadEarly: false, isReassigned: false };
      scope.names.set(source, binding);
    }
    this.references.set(node, binding);
    this.#note(node, binding, from?.owner ?? binding.owner);
  }

  /** All variables of a machine share one scope, so each has a name of its own, which no outer name is. */
  chooseNames(): void {
    const claimed = new Set(this.#free);
    for (const { names } of this.scopes.values()) {
      for (const binding of names.values()) {
        // `for (async of …)` is no loop (ECMA-262 14.7.5); with an escape in it, it is.
        if (claimed.has(binding.source) || binding.source === 'async')
          binding.name = this.fresh(binding.source);
        claimed.add(binding.name);
      }
    }
  }

  /** To be called when everything is resolved: a capture may come before the assignment that makes it shared. */
  chooseBoxes(): void {
    for (const [binding, closures] of this.#captures) {
      binding.isBoxed ||=
        binding.isReassigned || [...closures].some((closure) => runsEarly(closure, binding));
    }
  }

  #note(node: ts.Node, binding: Binding, user: ts.Node): void {
    if (isAssignmentTarget(node) && !binding.isConst) binding.isReassigned = true;
    const closure = user === binding.owner ? undefined : outermostWithin(user, binding.owner);
    if (hasDeadZone(binding.declaration) && runsEarly(closure ?? node, binding)) {
      binding.isReadEarly = true;
      binding.isBoxed = true;
    }
    if (closure === undefined) return;
    const closures = this.#captures.get(binding) ?? new Set();
    this.#captures.set(binding, closures.add(closure));
  }
}

/** True when a use, or the function it is in, may be reached before the variable has its value. */
function runsEarly(use: ts.Node, binding: Binding): boolean {
  const { declaration, scope } = binding;
  if (isImplicit(binding)) return ts.isClassLike(scope) && isInHead(use, scope);
  if (use === declaration || isNameOf(use, declaration)) return false;
  if (use.pos < declaration.end) return true;
  if (ts.isFunctionDeclaration(use)) return !ts.isParameter(declaration);
  if (ts.isForOfStatement(scope) || ts.isForInStatement(scope)) return isWithin(use, scope.expression);
  return ts.isCaseBlock(scope) && clauseOf(use) !== clauseOf(declaration);
}

/** True for what is evaluated before the class has its name (ECMA-262 15.7.14): what it extends, and computed keys. */
function isInHead(use: ts.Node, type: ts.ClassLikeDeclaration): boolean {
  if (use.end <= type.members.pos) return use !== type.name;
  const key = ts.findAncestor(use, (at) => at === type || ts.isComputedPropertyName(at));
  return key !== undefined && key !== type && key.parent.parent === type;
}

/** Bound by the entry of the function or class itself: its own name, `this`, `arguments`. */
export function isImplicit({ declaration, scope }: Binding): boolean {
  return declaration === scope;
}

/** `let`, `const`, classes and parameters; `var` and functions exist from the entry of their scope on. */
function hasDeadZone(declaration: ts.Node): boolean {
  if (ts.isParameter(declaration) || ts.isClassDeclaration(declaration)) return true;
  const isOfList = ts.isVariableDeclaration(declaration) && ts.isVariableDeclarationList(declaration.parent);
  return isOfList && !isVar(declaration);
}

function isVar(declaration: ts.Node): boolean {
  return (
    ts.isVariableDeclaration(declaration) &&
    ts.isVariableDeclarationList(declaration.parent) &&
    (declaration.parent.flags & ts.NodeFlags.BlockScoped) === 0
  );
}

function isInLoop(node: ts.Node, owner: ts.Node): boolean {
  for (let at = node.parent; at !== owner && !ts.isSourceFile(at); at = at.parent)
    if (ts.isIterationStatement(at, false)) return true;
  return false;
}

/** A type annotation in the place of a parameter. */
export function isThisParameter({ name }: ts.ParameterDeclaration): boolean {
  return ts.isIdentifier(name) && name.text === 'this';
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
  for (let at: ts.Node = user; at !== owner; at = at.parent) {
    if (ts.isFunctionLike(at) || ts.isClassLike(at)) closure = at;
  }
  return closure;
}

/** The scope of a `var`: that of the function, or of its body where that has one of its own. */
function variableScope(scope: Scope, name: ts.BindingName): Scope {
  let at = scope;
  while (at.node !== at.owner && !isOwnBody(at.node) && at.parent !== undefined) at = at.parent;
  // Begins as the parameter of the same name, and is taken for it.
  const isParameter =
    ts.isIdentifier(name) && at.node !== at.owner && at.parent?.names.has(name.text) === true;
  return isParameter ? (at.parent ?? at) : at;
}

/** The parameters of a function do not see what its body declares, where they have expressions (ECMA-262 10.2.11). */
function isOwnBody(node: ts.Node): boolean {
  const { parent } = node;
  if (!ts.isBlock(node) || !ts.isFunctionLike(parent)) return false;
  return parent.parameters.some(
    (parameter) => parameter.initializer !== undefined || !ts.isIdentifier(parameter.name),
  );
}

function isScope(node: ts.Node): boolean {
  if (ts.isBlock(node)) return !ts.isFunctionLike(node.parent) || isOwnBody(node);
  return (
    ts.isFunctionLike(node) ||
    ts.isClassLike(node) ||
    ts.isClassStaticBlockDeclaration(node) ||
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
    (ts.isSpreadAssignment(node) && ts.isObjectLiteralExpression(parent)) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isSatisfiesExpression(parent) ||
    ts.isNonNullExpression(parent);
  return isWrapper && isAssignmentTarget(parent);
}

export function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
