import { ts } from '../syntax/ts.ts';
import { isType } from './is-type.ts';
import { code } from './code.ts';
import type { Code } from './code.ts';
import type { FileNames } from './compile-unit.ts';
import { isSettledFor } from './file-names.ts';
import { isSuper, receiverHolder } from './receiver.ts';
import type { Bindings } from './resolve-bindings.ts';
import { unwrap } from '../syntax/unwrap.ts';
import { memberOfImport } from './suspension.ts';
import { unsupported } from './unsupported.ts';

/**
 * What a function names outside of itself, nested functions included: what it calls, what it hands to calls, and what it
 * keeps in variables. A resumable function or an object that is in the continuation is found again by one of these
 * paths. Keyed by their text.
 */
export function collectLinks(
  root: ts.Node,
  bindings: Bindings,
  names: FileNames,
  home: string | undefined,
): ReadonlyMap<string, Code> {
  return new LinkCollector(root, bindings, names, home).collect();
}

class LinkCollector {
  readonly #links = new Map<string, Code>();
  readonly #root: ts.Node;
  readonly #bindings: Bindings;
  readonly #names: FileNames;
  /** Where `super` of a method begins to look. */
  readonly #home: string | undefined;
  readonly #self: string;
  readonly #receiver: string;

  constructor(root: ts.Node, bindings: Bindings, names: FileNames, home: string | undefined) {
    this.#home = home;
    this.#root = root;
    this.#bindings = bindings;
    this.#names = names;
    this.#self = bindings.fresh('$self');
    this.#receiver = bindings.fresh('$r');
  }

  collect(): ReadonlyMap<string, Code> {
    const visit = (node: ts.Node): void => {
      if (isType(node)) return;
      if (ts.isCallExpression(node)) {
        this.#link(memberOfImport(node.expression) ?? unwrap(node.expression), true);
        for (const argument of node.arguments) this.#link(unwrap(argument), false);
      } else if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
        this.#link(unwrap(node.initializer), false);
      }
      ts.forEachChild(node, visit);
    };
    visit(this.#root);
    return this.#links;
  }

  #link(node: ts.Expression, isCallee: boolean): void {
    const path = this.#print(node);
    if (path === undefined || node.kind === ts.SyntaxKind.ThisKeyword) return;
    const name = rootOf(node);
    const settlement = this.#names.settled.get(name);
    // Found again by name: only names that always mean the same may lead there.
    if (
      this.#names.mutable.has(name) &&
      (settlement === undefined || !isSettledFor(this.#root, settlement))
    ) {
      if (!this.#names.reassignedResumables.has(name)) return;
      throw unsupported(node, 'a call of a resumable function that a variable holds only for a time');
    }
    if (!isCallee && this.#hasAssignedMember(node)) return;
    this.#links.set(node.getText(), path);
  }

  /** A name, or members of one, from outside the function, or of its own `this`: it can be evaluated again at any time. */
  #print(node: ts.Expression): Code | undefined {
    if (!ts.isPropertyAccessExpression(node)) {
      const value = this.#printRoot(node);
      return value && code`() => [undefined, ${value}]`;
    }
    if (isSuper(node.expression)) return this.#printSuper(node);
    const receiver = this.#printReceiver(node);
    const own = this.#receiver;
    return receiver && code`(${this.#self}, ${own} = ${receiver}) => [${own}, ${own}.${node.name.text}]`;
  }

  #printSuper(node: ts.PropertyAccessExpression): Code | undefined {
    if (this.#home === undefined || receiverHolder(node) !== this.#root) return undefined;
    return code`(${this.#self}) => [${this.#self}, Reflect.get(Object.getPrototypeOf(${this.#home}), ${JSON.stringify(node.name.text)}, ${this.#self})]`;
  }

  #printReceiver(node: ts.PropertyAccessExpression): Code | undefined {
    if (node.questionDotToken !== undefined) return undefined;
    if (ts.isPrivateIdentifier(node.name) && isInOwnClass(node, this.#root)) return undefined;
    const holder = unwrap(node.expression);
    if (!ts.isPropertyAccessExpression(holder)) return this.#printRoot(holder);
    const outer = this.#printReceiver(holder);
    return outer && code`${outer}.${holder.name.text}`;
  }

  #printRoot(node: ts.Expression): Code | undefined {
    if (node.kind === ts.SyntaxKind.ThisKeyword) {
      if (receiverHolder(node) === this.#root) return [this.#self];
      return isOfOutside(node, this.#root) ? ['this'] : undefined;
    }
    if (ts.isCallExpression(node)) return this.#printPrivateField(node);
    if (!ts.isIdentifier(node) || this.#bindings.of.has(node)) return undefined;
    // What the platform provides leads to nothing of the program.
    const isOfFile = this.#names.declared.has(node.text) || node.text === 'exports';
    return isOfFile ? [node.text] : undefined;
  }

  /** `this.#field` as compilers for older targets print it. */
  #printPrivateField({ expression, arguments: args }: ts.CallExpression): Code | undefined {
    const [holder, ...rest] = args;
    const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
    if (!ts.isIdentifier(name) || !PRIVATE_GETTER.test(name.text)) return undefined;
    if (holder?.kind !== ts.SyntaxKind.ThisKeyword || receiverHolder(holder) !== this.#root) return undefined;
    const others = rest.map((argument) => argument.getText()).join(', ');
    return [`${expression.getText()}(${this.#self}, ${others})`];
  }

  #hasAssignedMember(node: ts.Expression): boolean {
    if (!ts.isPropertyAccessExpression(node)) return false;
    return (
      this.#names.assignedMembers.has(node.name.text) || this.#hasAssignedMember(unwrap(node.expression))
    );
  }
}

/** What TypeScript, esbuild, SWC and Babel call the function that reads a private field. */
const PRIVATE_GETTER =
  /^(?:__classPrivateFieldGet|__privateGet|_class_private_field_get|_classPrivateFieldGet2?)\d*$/;

function rootOf(path: ts.Expression): string {
  return ts.isPropertyAccessExpression(path) ? rootOf(unwrap(path.expression)) : path.getText();
}

/** True when `this` is that of the code around the function. */
function isOfOutside(node: ts.Node, root: ts.Node): boolean {
  return ts.isArrowFunction(root) && receiverHolder(node) === receiverHolder(root);
}

/** True in a class that the function makes: its private names mean nothing outside of it. */
function isInOwnClass(node: ts.Node, root: ts.Node): boolean {
  return ts.findAncestor(node, (at) => at === root || ts.isClassLike(at)) !== root;
}
