import { ts } from '../syntax/ts.ts';

export interface CallsOf {
  readonly calls: readonly ts.CallExpression[];
  /** A call by that name of something without a type, which may be meant. */
  readonly unresolved: ts.CallExpression | undefined;
  readonly ignored: readonly ts.CallExpression[];
}

/** The calls of a program by what they invoke. */
export class CallIndex {
  readonly #checker: ts.TypeChecker;
  readonly #byName = new Map<string, ts.CallExpression[]>();
  /** Local names of what is imported or destructured under another one. */
  readonly #aliases = new Map<string, Set<string>>();

  constructor(files: readonly ts.SourceFile[], checker: ts.TypeChecker) {
    this.#checker = checker;
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) this.#add(node);
      if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node) || ts.isBindingElement(node))
        this.#alias(node.propertyName, node.name);
      ts.forEachChild(node, visit);
    };
    for (const file of files) visit(file);
  }

  /**
   * The calls whose resolved signature is one of `targets`: through imports, members, interfaces and factories alike.
   * @param name what callers call it by; undefined for a function without a name, such as one that a factory returns
   * @param isIgnored calls that are given by themselves
   */
  callsOf(
    targets: ReadonlySet<ts.Node>,
    name: string | undefined,
    isIgnored: (call: ts.CallExpression) => boolean,
  ): CallsOf {
    const named = name === undefined ? [...this.#byName.values()].flat() : this.#namedCalls(name, new Set());
    const calls: ts.CallExpression[] = [];
    const ignored: ts.CallExpression[] = [];
    let unresolved: ts.CallExpression | undefined;
    for (const call of named) {
      const declaration = this.#checker.getResolvedSignature(call)?.declaration;
      if (declaration === undefined) {
        if (!isIgnored(call)) unresolved ??= call;
      } else if (targets.has(declaration)) (isIgnored(call) ? ignored : calls).push(call);
    }
    return { calls, ignored, unresolved: name === undefined ? undefined : unresolved };
  }

  #namedCalls(name: string, seen: Set<string>): ts.CallExpression[] {
    if (seen.has(name)) return [];
    seen.add(name);
    const aliased = [...(this.#aliases.get(name) ?? [])].flatMap((alias) => this.#namedCalls(alias, seen));
    return [...(this.#byName.get(name) ?? []), ...aliased];
  }

  #add(call: ts.CallExpression): void {
    const name = calleeName(call);
    if (name === undefined) return;
    const known = this.#byName.get(name);
    if (known === undefined) this.#byName.set(name, [call]);
    else known.push(call);
  }

  #alias(original: ts.Node | undefined, local: ts.Node): void {
    if (original === undefined || !ts.isIdentifier(original) || !ts.isIdentifier(local)) return;
    this.#aliases.set(original.text, (this.#aliases.get(original.text) ?? new Set()).add(local.text));
  }
}

/** The last name of what is called: `confirm` of `this.prompts.confirm(…)`. */
function calleeName({ expression }: ts.CallExpression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined;
}
