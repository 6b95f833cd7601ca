import { ts } from '../syntax/ts.ts';
import { CallIndex } from './call-index.ts';
import type { AskHelper, AskSite, HelperFunction } from './find-asks.ts';
import { findHandlerRoots } from './find-handler-roots.ts';
import { findOpenAsks } from './find-open-asks.ts';
import {
  CALLBACK,
  isHelperFunction,
  nameOfHelper,
  shapeProblem,
  type HelperProblem,
} from './helper-shape.ts';
import { implementedMembers, memberOfLiteral } from './implemented-members.ts';
import { exportedAs } from './exported-as.ts';
import { findPassedOn, symbolOfHelper, type NamedUses } from './named-uses.ts';
import { NO_OUTSIDE, type OutsideUses } from './outside-uses.ts';
import { possibleCaller } from './uncalled-helper.ts';

/** The helpers of a program, and why the other functions that ask outside of handlers are none. */
export interface AskHelpers {
  readonly helpers: readonly AskHelper[];
  readonly problems: readonly HelperProblem[];
}

/**
 * Finds the functions that ask for the handlers that call them, through any number of calls: across files, as methods
 * behind interfaces and base classes, as closures that a factory returns. All calls of a helper are known, and each is
 * made directly in a handler, in another helper, or in a test. One that nothing calls is none the less one, since its
 * parameters are nobody's concern: what it calls must not stay as it is because of it.
 */
export function findAskHelpers(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
  outside: OutsideUses = NO_OUTSIDE,
): AskHelpers {
  const search = new HelperSearch(files, checker, outside);
  search.run();
  return { helpers: [...search.found.values()], problems: search.problems };
}

/** A helper while its calls and asks are still collected. */
interface Candidate extends AskHelper {
  readonly asks: AskSite[];
  readonly calls: ts.CallExpression[];
  readonly testCalls: ts.CallExpression[];
}

class HelperSearch {
  readonly found = new Map<ts.Node, Candidate>();
  readonly problems: HelperProblem[] = [];
  readonly #files: readonly ts.SourceFile[];
  readonly #checker: ts.TypeChecker;
  readonly #outside: OutsideUses;
  readonly #roots: ReadonlySet<ts.Node>;
  readonly #pending: Candidate[] = [];
  readonly #refused = new Set<ts.Node>();
  #index: CallIndex | undefined;
  #methods: ReadonlyMap<string, readonly ts.MethodDeclaration[]> | undefined;
  #uses: NamedUses | undefined;

  constructor(files: readonly ts.SourceFile[], checker: ts.TypeChecker, outside: OutsideUses) {
    this.#files = files;
    this.#checker = checker;
    this.#outside = outside;
    const roots = files.flatMap((file) => findHandlerRoots(file, checker).map(({ fn }) => fn));
    this.#roots = new Set<ts.Node>(roots);
  }

  run(): void {
    for (const ask of this.#files.flatMap((file) => findOpenAsks(file, this.#checker))) {
      const owner = ts.findAncestor(ask.call, ts.isFunctionLike);
      if (owner !== undefined && !this.#roots.has(owner)) this.#candidate(owner)?.asks.push(ask);
    }
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift())
      this.#collectCalls(next);
    this.#propagate();
    for (const { asks } of this.found.values()) asks.sort((a, b) => a.call.pos - b.call.pos);
  }

  /** The helper that `fn` would be; undefined where it has a problem, which is noted. */
  #candidate(fn: ts.SignatureDeclaration): Candidate | undefined {
    const known = this.found.get(fn);
    if (known !== undefined || this.#refused.has(fn)) return known;
    const reason = shapeProblem(fn);
    if (reason !== undefined || !isHelperFunction(fn)) {
      this.#refuse(fn, reason ?? 'it is not a function that can be awaited');
      return undefined;
    }
    const candidate: Candidate = {
      fn,
      name: nameOfHelper(fn) ?? nameOfFactory(fn),
      asks: [],
      calls: [],
      testCalls: [],
      context: contextOf(fn, this.#checker),
      members: [],
      passive: [],
    };
    this.found.set(fn, candidate);
    this.#pending.push(candidate);
    return candidate;
  }

  #collectCalls(helper: Candidate): void {
    const { fn } = helper;
    const name = nameOfHelper(fn);
    const uses = (this.#uses ??= findPassedOn(this.#files, this.#checker));
    const symbol = symbolOfHelper(fn, this.#checker);
    const isOfTest = (node: ts.Node): boolean => this.#isOfTest(node, helper);
    const { passedOn, literals } = uses.of(symbol, isOfTest);
    const members = [
      ...implementedMembers(fn, this.#checker),
      ...literals.flatMap(({ literal, property }) => memberOfLiteral(literal, property, this.#checker)),
    ];
    Object.assign(helper, { members, passive: this.#passiveImplementations(fn, members) });
    const index = (this.#index ??= new CallIndex(this.#files, this.#checker));
    const targets = new Set<ts.Node>([fn, ...members]);
    const found = [name, ...literals.map(({ property }) => property)].map((called) =>
      index.callsOf(targets, called, isOfTest),
    );
    helper.testCalls.push(...new Set(found.flatMap(({ ignored }) => ignored)));
    this.#addCalls(helper, new Set(found.flatMap(({ calls }) => calls)));

    const foreign = members.find((member) => !this.#files.includes(member.getSourceFile()));
    const unresolved = found.find((calls) => calls.unresolved !== undefined)?.unresolved;
    const stray =
      passedOn ?? (name === undefined ? this.#passedOnByCallers(helper, uses, isOfTest) : undefined);
    const outside = helper.calls.find((call) => ts.findAncestor(call, ts.isFunctionLike) === undefined);
    const held = name === undefined ? undefined : this.#heldBy(fn, name);
    if (stray !== undefined) this.#drop(helper, 'it is passed on as a value', stray);
    else if (foreign !== undefined)
      this.#drop(helper, 'it implements a type of another package, which cannot change', fn);
    else if (unresolved !== undefined)
      this.#drop(helper, 'a call by its name has no type that tells what it calls', unresolved);
    else if (outside !== undefined) this.#drop(helper, 'module code calls it', outside);
    else if (held !== undefined) this.#drop(helper, held, fn);
    else if (helper.calls.length === 0)
      this.#checkUncalled(helper, members.length > 0 || literals.length > 0 ? undefined : symbol);
  }

  #heldBy(fn: HelperFunction, name: string): string | undefined {
    const { fileName: file } = fn.getSourceFile();
    return this.#outside.heldBy({ file, name, exportedAs: exportedAs(fn, this.#checker) });
  }

  #checkUncalled(helper: Candidate, symbol: ts.Symbol | undefined): void {
    const reason = possibleCaller(helper.fn, symbol, this.#outside, this.#checker);
    if (reason !== undefined) this.#drop(helper, reason, helper.fn);
  }

  /** What a test does with a function of the program is reported there; its own handlers and helpers change as all do. */
  #isOfTest(node: ts.Node, { fn }: Candidate): boolean {
    const { isTest } = this.#outside;
    if (!isTest(node.getSourceFile()) || isTest(fn.getSourceFile())) return false;
    const owner = ts.findAncestor(node, ts.isFunctionLike);
    return owner === undefined || !this.#roots.has(owner);
  }

  /** The methods of other classes that implement the same members. */
  #passiveImplementations(
    fn: HelperFunction,
    members: readonly ts.SignatureDeclaration[],
  ): readonly ts.SignatureDeclaration[] {
    const name = nameOfHelper(fn);
    if (members.length === 0 || name === undefined) return [];
    const methods = (this.#methods ??= methodsByName(this.#files)).get(name) ?? [];
    return methods.filter(
      (method) =>
        method !== fn && implementedMembers(method, this.#checker).some((member) => members.includes(member)),
    );
  }

  /** A closure that a factory returns is known by the variables that it is called through. */
  #passedOnByCallers(
    { calls }: Candidate,
    uses: NamedUses,
    isIgnored: (use: ts.Node) => boolean,
  ): ts.Node | undefined {
    return calls
      .map(({ expression }) => uses.of(this.#checker.getSymbolAtLocation(expression), isIgnored).passedOn)
      .find((use) => use !== undefined);
  }

  #addCalls(helper: Candidate, calls: ReadonlySet<ts.CallExpression>): void {
    helper.calls.push(...calls);
    for (const call of calls) {
      const owner = ts.findAncestor(call, ts.isFunctionLike);
      if (owner === undefined || this.#roots.has(owner)) continue;
      // A call through a member may invoke any of its implementations.
      const caller = this.#candidate(owner);
      const known = caller?.asks.findIndex((ask) => ask.call === call) ?? -1;
      if (known < 0) caller?.asks.push(helperCall(call, helper));
      // Written like an ask, and it is one of ours: behind a member that the helper implements.
      else if (caller?.asks[known]?.isUntyped) caller.asks[known] = helperCall(call, helper);
    }
  }

  /** A helper and those that call it stay or change together, and so do the implementations of one member. */
  #propagate(): void {
    for (let size = -1; size !== this.found.size;) {
      size = this.found.size;
      for (const helper of this.found.values()) {
        const caller = helper.calls.find((call) => this.#isRefused(call));
        const callee = helper.asks.find(
          (site) => site.helper !== undefined && !this.found.has(site.helper.fn),
        );
        const sibling = this.problems.find(({ members }) => members.some((m) => helper.members.includes(m)));
        if (caller !== undefined)
          this.#drop(helper, `${this.#describe(caller)} calls it`, caller, this.#refusedCaller(caller));
        else if (callee?.helper !== undefined) {
          const { name, fn } = callee.helper;
          this.#drop(helper, `it awaits \`${name}\`, which cannot be converted`, callee.call, fn);
        } else if (sibling !== undefined) {
          const reason = `\`${sibling.name}\` implements the same member and cannot be converted`;
          this.#drop(helper, reason, helper.fn, sibling.fn);
        }
      }
    }
  }

  #isRefused(call: ts.CallExpression): boolean {
    const owner = ts.findAncestor(call, ts.isFunctionLike);
    return owner === undefined || (!this.#roots.has(owner) && !this.found.has(owner));
  }

  /** A callback that cannot ask has nothing to report of its own. */
  #refusedCaller(call: ts.CallExpression): ts.Node | undefined {
    const owner = ts.findAncestor(call, ts.isFunctionLike);
    return owner !== undefined && nameOfHelper(owner) !== undefined ? owner : undefined;
  }

  #describe(call: ts.CallExpression): string {
    const owner = ts.findAncestor(call, ts.isFunctionLike);
    const name = owner && nameOfHelper(owner);
    return name === undefined ? 'a callback' : `\`${name}\`, which cannot be converted,`;
  }

  #drop(helper: Candidate, reason: string, at: ts.Node, because?: ts.Node): void {
    this.found.delete(helper.fn);
    this.#refused.add(helper.fn);
    const { fn, name, calls, members } = helper;
    this.problems.push({ fn, name, reason, at, calls, members, because });
  }

  #refuse(fn: ts.SignatureDeclaration, reason: string): void {
    this.#refused.add(fn);
    const name = nameOfHelper(fn) ?? CALLBACK;
    this.problems.push({ fn, name, reason, at: fn, calls: [], members: [] });
  }
}

/** A closure without a name is known by the function that returns it. */
function nameOfFactory(fn: ts.Node): string {
  const factory = ts.findAncestor(fn.parent, ts.isFunctionLike);
  return (factory && nameOfHelper(factory)) ?? 'a function without a name';
}

function methodsByName(
  files: readonly ts.SourceFile[],
): ReadonlyMap<string, readonly ts.MethodDeclaration[]> {
  const methods = new Map<string, ts.MethodDeclaration[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isMethodDeclaration(node)) {
      const name = node.name.getText();
      methods.set(name, [...(methods.get(name) ?? []), node]);
    }
    ts.forEachChild(node, visit);
  };
  files.forEach((file) => visit(file));
  return methods;
}

/** The call of a helper, which ends a round as an ask does. */
export function helperCall(call: ts.CallExpression, helper: AskHelper): AskSite {
  return { call, kind: 'helper', channel: 'helper', params: undefined, options: undefined, helper };
}

/** The parameter that always receives the request's context. */
function contextOf(fn: HelperFunction, checker: ts.TypeChecker): ts.ParameterDeclaration | undefined {
  return fn.parameters.find(
    (parameter) =>
      parameter.questionToken === undefined &&
      parameter.initializer === undefined &&
      checker.getTypeAtLocation(parameter).getProperty('mcpReq') !== undefined,
  );
}
