import { ts } from '../../engine/syntax/ts.ts';

/** A function, by the name it is called by. */
export interface NamedFunction {
  readonly name: string;
  /** A method or a property, which may be what an interface in another file declares. */
  readonly isMember: boolean;
}

/**
 * Which functions of a text call, or hand on, what has a name. Nothing but the syntax decides, so that two things of one
 * name are one; what is only declared, or a member that is only read (`error.message`), is neither called nor handed on.
 */
export class CallingFunctions {
  readonly #calling = new Map<string, Set<NamedFunction>>();
  /** Those that use a name of its own, without a call. */
  readonly #handing = new Map<string, Set<NamedFunction>>();

  constructor(path: string, text: string) {
    this.#visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true), [], false);
  }

  /** A member is used through another name than its own only where it was taken out and called. */
  around({ name, isMember }: NamedFunction): readonly NamedFunction[] {
    return [...(this.#calling.get(name) ?? []), ...((isMember ? undefined : this.#handing.get(name)) ?? [])];
  }

  uses({ name, isMember }: NamedFunction): boolean {
    return this.#calling.has(name) || (!isMember && this.#handing.has(name));
  }

  #visit(node: ts.Node, around: readonly NamedFunction[], isInFunction: boolean): void {
    const name = nameOfFunction(node, isInFunction);
    const isMember = !NAMES_ITS_OWN.has(node.kind);
    const own = isRegistered(node) ? [] : around;
    const inner = name === undefined ? own : [...own, { name: name.text, isMember }];
    if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) this.#add(node, around);
    if (ts.isShorthandPropertyAssignment(node)) add(this.#handing, node.name.text, inner);
    ts.forEachChild(node, (child) =>
      this.#visit(child, child === name ? around : inner, isInFunction || ts.isFunctionLike(node)),
    );
  }

  #add(name: ts.Identifier | ts.StringLiteralLike, around: readonly NamedFunction[]): void {
    const { parent } = name;
    if (ts.isStringLiteralLike(name)) {
      const isMember = ts.isElementAccessExpression(parent);
      // The methods of the protocol (`elicitation/create`) are no names.
      if (isMember || name.text.includes('/')) add(this.#calling, name.text, around);
    } else if (ts.isPropertyAccessExpression(parent) && parent.name === name) {
      if (isHandled(parent)) add(this.#calling, name.text, around);
    } else if (isRenamed(name, parent)) add(this.#calling, name.text, around);
    else if (isCallee(name)) add(this.#calling, name.text, around);
    else if (!isDeclared(name, parent)) add(this.#handing, name.text, around);
  }
}

function add(uses: Map<string, Set<NamedFunction>>, name: string, around: readonly NamedFunction[]): void {
  const known = uses.get(name) ?? new Set();
  for (const fn of around) known.add(fn);
  uses.set(name, known);
}

/** A handler, given to the server: it does not run when the function around it does. */
function isRegistered(node: ts.Node): boolean {
  const call = ts.isFunctionLike(node) ? node.parent : undefined;
  if (call === undefined || !ts.isCallExpression(call) || call.expression === node) return false;
  return ts.isPropertyAccessExpression(call.expression) && REGISTERING.has(call.expression.name.text);
}

const REGISTERING: ReadonlySet<string> = new Set([
  'registerTool',
  'tool',
  'registerPrompt',
  'prompt',
  'registerResource',
  'resource',
  'setRequestHandler',
]);

/** The kinds of declarations whose name stands alone, and is not one of a member. */
const NAMES_ITS_OWN: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.ImportSpecifier,
  ts.SyntaxKind.ExportSpecifier,
]);

/** Called, bound, given to a function, or taken for a value under another name. */
function isHandled(member: ts.PropertyAccessExpression): boolean {
  const whole = withParentheses(member);
  const { parent } = whole;
  if (isCallee(member)) return true;
  if (ts.isPropertyAccessExpression(parent)) return APPLYING.has(parent.name.text);
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== whole;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isJsxExpression(parent);
}

const APPLYING: ReadonlySet<string> = new Set(['bind', 'call', 'apply']);

function isCallee(expression: ts.Expression): boolean {
  const whole = withParentheses(expression);
  return ts.isCallExpression(whole.parent) && whole.parent.expression === whole;
}

function withParentheses(expression: ts.Expression): ts.Expression {
  const { parent } = expression;
  return ts.isParenthesizedExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isSatisfiesExpression(parent)
    ? withParentheses(parent)
    : expression;
}

/** `{ ask: other }` in a pattern, an import or an export: what follows goes by the other name. */
function isRenamed(name: ts.Identifier, parent: ts.Node): boolean {
  return (
    (ts.isBindingElement(parent) || ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) &&
    parent.propertyName === name
  );
}

/** What a declaration or a type is called. */
function isDeclared(name: ts.Identifier, parent: ts.Node): boolean {
  if (ts.isTypeNode(parent) || ts.isImportSpecifier(parent) || ts.isImportClause(parent)) return true;
  return (parent as ts.NamedDeclaration).name === name && !ts.isExportSpecifier(parent);
}

/** What a function is called by: its own name, or that of the variable or member that holds it. */
function nameOfFunction(
  node: ts.Node,
  isInFunction: boolean,
): ts.Identifier | ts.StringLiteralLike | undefined {
  const isNamed =
    ts.isExportSpecifier(node) ||
    (ts.isImportSpecifier(node) && node.propertyName !== undefined) ||
    ts.isShorthandPropertyAssignment(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ((ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)) &&
      node.initializer !== undefined &&
      mayHoldFunction(node.initializer, isInFunction));
  const name = isNamed ? node.name : undefined;
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) ? name : undefined;
}

/** A call within a function gives its result more often than a closure, and that closure is called right there. */
function mayHoldFunction(value: ts.Expression, isInFunction: boolean): boolean {
  return (
    ts.isFunctionLike(value) ||
    ts.isIdentifier(value) ||
    ts.isPropertyAccessExpression(value) ||
    (ts.isCallExpression(value) && !isInFunction)
  );
}
