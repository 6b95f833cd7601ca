import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findAsks, isSdkFile, type AskHelper, type AskSite } from '../../engine/find/find-asks.ts';
import { findHandlerRoots, type HandlerRoot } from '../../engine/find/find-handler-roots.ts';
import { contains } from '../../engine/plan/build-flow-tree.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { planHandler } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { FileRewrite, ImportRequest, TextEdit } from '../edits.ts';
import type { MigratedSite } from '../project/migration.ts';
import { requestStateImport } from '../state-codec/request-state-import.ts';
import { contextParameter, namedContext, type ContextParameter } from './context-parameter.ts';
import { findLostComment } from './find-lost-comment.ts';
import { IS_ASKING, SERVER_MODULE } from './print-ask.ts';
import { helperParameters } from './print-helper.ts';
import { printGuard, type HandlerNames, type PrintedHandler } from './print-guard.ts';
import { printPhases } from './print-phases.ts';
import { printType } from './print-type.ts';
import { SourceText } from './source-text.ts';
import { droppedParts, validateAsk } from './validate-ask.ts';
import { widenReturnType } from './widen-return-type.ts';

/** What the rewrite needs to know about the project beyond the file. */
export interface ProjectFacts {
  readonly checker: ts.TypeChecker;
  /** How this file imports the module that exports `requestState`. */
  readonly requestStateModule: string;
  /** `noUncheckedIndexedAccess`: an element of an array may be undefined. */
  readonly checksIndexedAccess: boolean;
  /** The functions that ask for the handlers that call them, and are rewritten with these. */
  readonly helpers?: readonly AskHelper[];
  /** The handlers of all files: one may be registered in another file than its own. Default: those registered in this one. */
  readonly roots?: readonly HandlerRoot[];
  /** How this file imports another file of the project. */
  readonly moduleSpecifier: (file: string) => string;
}

export interface HandlersRewrite extends FileRewrite {
  readonly sites: readonly MigratedSite[];
  /** The functions that were rewritten; their servers need the state codec. */
  readonly migrated: readonly HandlerRoot[];
  /** Helpers that cannot be rewritten, or that a handler calls that cannot. */
  readonly refusedHelpers?: readonly AskHelper[];
  /** Parts of the original that the rewrite leaves out; an import used only there is not needed any more. */
  readonly dropped: readonly ts.Node[];
}

/** Rewrites the await-style handlers of one file. A handler is rewritten whole or not touched. */
export function rewriteHandlers(file: ts.SourceFile, facts: ProjectFacts): HandlersRewrite {
  const helpers = facts.helpers ?? [];
  const asks = [...findAsks(file, facts.checker), ...helperCalls(file, helpers)];
  // One function may be registered more than once.
  const roots = (facts.roots ?? findHandlerRoots(file, facts.checker)).filter(
    ({ fn }, index, all) =>
      fn.getSourceFile() === file && all.findIndex((other) => other.fn === fn) === index,
  );
  const rewriter = new HandlersRewriter(file, facts);
  for (const root of roots) {
    const inside = asks.filter(({ call }) => contains(root.fn, call));
    if (inside.length > 0) rewriter.rewrite(root, inside);
  }
  const own = helpers.filter(({ fn }) => fn.getSourceFile() === file);
  for (const helper of own) rewriter.rewriteHelper(helper);
  const outside = asks.filter(
    ({ call }) => !own.some(({ fn }) => contains(fn, call)) && !roots.some((root) => contains(root.fn, call)),
  );
  rewriter.diagnoseOutside(outside);
  return rewriter.result();
}

/** The calls of helpers in a file, which end a round as an ask does. */
function helperCalls(file: ts.SourceFile, helpers: readonly AskHelper[]): AskSite[] {
  return helpers.flatMap((helper) =>
    helper.calls
      .filter((call) => call.getSourceFile() === file)
      .map((call) => ({
        call,
        kind: 'helper',
        channel: 'helper',
        params: undefined,
        options: undefined,
        helper,
      })),
  );
}

class HandlersRewriter {
  readonly #file: ts.SourceFile;
  readonly #facts: ProjectFacts;
  readonly #source: SourceText;
  readonly #taken: Set<string>;
  readonly #codec: ReturnType<typeof requestStateImport>;
  readonly #edits: TextEdit[] = [];
  readonly #imports: ImportRequest[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #sites: MigratedSite[] = [];
  readonly #migrated: HandlerRoot[] = [];
  readonly #dropped: ts.Node[] = [];
  readonly #refusedHelpers: AskHelper[] = [];

  constructor(file: ts.SourceFile, facts: ProjectFacts) {
    this.#file = file;
    this.#facts = facts;
    this.#source = new SourceText(file);
    this.#taken = identifiersOf(file);
    this.#codec = requestStateImport(file, facts.requestStateModule);
  }

  rewrite(root: HandlerRoot, asks: readonly AskSite[]): void {
    const outcome = this.#plan(root, asks);
    const isHere = root.registration.getSourceFile() === this.#file;
    const { line } = this.#file.getLineAndCharacterOfPosition(
      (isHere ? root.registration : root.fn).getStart(),
    );
    this.#sites.push({
      file: this.#file.fileName,
      line: line + 1,
      handler: root.name,
      asks: asks.length,
      outcome,
    });
    if (outcome === 'diagnosed') {
      this.#refusedHelpers.push(...asks.flatMap(({ helper }) => helper ?? []));
      return;
    }
    this.#migrated.push(root);
    this.#dropped.push(...asks.flatMap(droppedParts));
  }

  /** A helper gets the guard rung: it asks under the key of its caller and seals the state of its caller. */
  rewriteHelper(helper: AskHelper): void {
    const { fn, ask, name } = helper;
    const refusals = validateAsk(ask, this.#facts.checker);
    const planned = this.#planHelper(helper);
    if (planned === undefined || refusals.some(({ severity }) => severity !== 'info')) {
      this.#refusedHelpers.push(helper);
      return;
    }
    const { line } = this.#file.getLineAndCharacterOfPosition(fn.getStart());
    this.#sites.push({ file: this.#file.fileName, line: line + 1, handler: name, asks: 1, outcome: 'guard' });
    this.#diagnostics.push(...refusals);
    this.#dropped.push(...droppedParts(ask));
    this.#applyEdits(fn, planned.printed, planned.context, planned.returnType);
    if (helper.context === undefined)
      this.#imports.push({ module: SERVER_MODULE, name: 'ServerContext', typeOnly: true });
  }

  #planHelper(
    helper: AskHelper,
  ): { printed: PrintedHandler; context: ContextParameter; returnType: readonly TextEdit[] } | undefined {
    const { fn, ask } = helper;
    const { checker } = this.#facts;
    const { body } = fn;
    const fresh = this.#freshNames(fn);
    const context: ContextParameter =
      helper.context === undefined
        ? { name: fresh('ctx'), symbols: new Set(), edits: [], prologue: undefined }
        : namedContext(helper.context, checker, fresh);
    const round = fresh('round');
    const parameters = helperParameters(helper, { context: context.name, round }, this.#source);
    const returnType = widenReturnType(fn);
    if (body === undefined || !ts.isBlock(body) || parameters === undefined || returnType === undefined)
      return undefined;
    const planned = planHandler(helper, body, [ask], context.symbols, checker);
    if ('diagnostics' in planned || planned.plan.rung !== 'guard') return undefined;
    const names = {
      context: context.name,
      requestState: this.#codec.as,
      state: '',
      stateType: '',
      fresh,
      round,
    };
    const printed = printGuard(planned.plan, this.#source, names);
    if (findLostComment(this.#file, body, printed.edits) !== undefined) return undefined;
    return { printed: { ...printed, edits: [parameters, ...printed.edits] }, context, returnType };
  }

  diagnoseOutside(asks: readonly AskSite[]): void {
    for (const { call } of asks) {
      this.#diagnostics.push(diag.askOutsideHandler(spanOf(call)));
      const { line } = this.#file.getLineAndCharacterOfPosition(call.getStart());
      const handler = enclosingFunctionName(call);
      this.#sites.push({ file: this.#file.fileName, line: line + 1, handler, asks: 1, outcome: 'diagnosed' });
    }
  }

  result(): HandlersRewrite {
    return {
      edits: this.#edits,
      imports: this.#imports,
      diagnostics: this.#diagnostics,
      sites: this.#sites,
      migrated: this.#migrated,
      dropped: this.#dropped,
      refusedHelpers: this.#refusedHelpers,
    };
  }

  #plan(root: HandlerRoot, asks: readonly AskSite[]): MigratedSite['outcome'] {
    const { body } = root.fn;
    const nested = asks.filter(({ call }) => enclosingFunction(call) !== root.fn);
    const refusals = [
      ...nested.map(({ call }) => diag.askOutsideHandler(spanOf(call))),
      ...asks.flatMap((ask) => validateAsk(ask, this.#facts.checker)),
    ];
    const reason = shapeProblem(root) ?? serverProblem(root, this.#facts.checker);
    if (reason !== undefined) refusals.push(diag.handlerShape(spanOf(root.fn), { reason }));
    if (refusals.some(({ severity }) => severity !== 'info') || body === undefined || !ts.isBlock(body)) {
      return this.#refuse(refusals);
    }
    const fresh = this.#freshNames(root.fn);
    const context = contextParameter(root, this.#facts.checker, fresh);
    const returnType = widenReturnType(root.fn);
    if (context === undefined || returnType === undefined) {
      const why =
        context === undefined
          ? 'it has no place for the request context'
          : 'its return type is not written as `Promise<…>`';
      return this.#refuse([...refusals, diag.handlerShape(spanOf(root.fn), { reason: why })]);
    }
    const planned = planHandler(root, body, asks, context.symbols, this.#facts.checker);
    if ('diagnostics' in planned) return this.#refuse([...refusals, ...planned.diagnostics]);
    const { plan } = planned;
    const names: HandlerNames = {
      context: context.name,
      requestState: this.#codec.as,
      state: fresh('state'),
      stateType: freshName(`${pascalCase(root.name)}State`, this.#taken),
      fresh,
    };
    const printed =
      plan.rung === 'guard'
        ? printGuard(plan, this.#source, names)
        : printPhases(
            plan,
            this.#source,
            names,
            this.#facts.checker,
            (type) => printType(type, this.#file, this.#facts.checker, this.#facts.moduleSpecifier),
            this.#facts.checksIndexedAccess,
          );
    const lost = findLostComment(this.#file, body, printed.edits);
    if (lost !== undefined)
      return this.#refuse([...refusals, diag.commentWouldBeLost({ ...spanOf(body), ...lost })]);
    this.#diagnostics.push(...refusals, ...plan.notes);
    this.#applyEdits(root.fn, printed, context, returnType);
    return plan.rung;
  }

  /** Names for one function: nothing in it and nothing that is printed into it goes by them. */
  #freshNames(fn: ts.Node): (base: string) => string {
    const reserved = new Set([...identifiersOf(fn), ...PRINTED_NAMES, this.#codec.as]);
    return (base) => freshName(base, reserved);
  }

  #refuse(diagnostics: readonly Diagnostic[]): 'diagnosed' {
    this.#diagnostics.push(...diagnostics.filter(({ severity }) => severity !== 'info'));
    return 'diagnosed';
  }

  #applyEdits(
    fn: HandlerRoot['fn'],
    printed: PrintedHandler,
    context: ContextParameter,
    returnType: readonly TextEdit[],
  ): void {
    const { eol, semicolon } = this.#source;
    const edits = [...context.edits, ...returnType, ...printed.edits];
    if (context.prologue !== undefined && fn.body !== undefined) {
      const at = fn.body.getStart() + 1;
      const first = (fn.body as ts.Block).statements[0];
      const indent = first === undefined ? this.#source.unit : this.#source.indentOf(first);
      edits.unshift({ start: at, end: at, newText: `${eol}${indent}${context.prologue}${semicolon}` });
    }
    if (printed.declarations !== undefined) {
      const at = topLevelStart(fn, this.#file);
      edits.push({ start: at, end: at, newText: printed.declarations });
    }
    this.#edits.push(...edits.map((edit) => ({ ...edit, newText: edit.newText.replaceAll(/\r?\n/g, eol) })));
    this.#imports.push(...printed.imports, this.#codec);
    if (returnType.length > 0)
      this.#imports.push({ module: SERVER_MODULE, name: 'InputRequiredResult', typeOnly: true });
  }
}

function shapeProblem(root: HandlerRoot): string | undefined {
  const { fn } = root;
  if (fn.asteriskToken !== undefined) return 'it is a generator';
  if (fn.body === undefined || !ts.isBlock(fn.body)) return 'its body is an expression, not a block';
  const isAsync = fn.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
  return isAsync ? undefined : 'it is not an async function';
}

/** The codec is wired where an SDK class is instantiated; a subclass is instantiated in ways that are not followed yet. */
function serverProblem({ registration }: HandlerRoot, checker: ts.TypeChecker): string | undefined {
  const { expression } = registration;
  if (!ts.isPropertyAccessExpression(expression)) return 'it is registered with a detached method';
  const declarations = checker.getTypeAtLocation(expression.expression).symbol?.declarations ?? [];
  const isSdk = declarations.some((declaration) => isSdkFile(declaration.getSourceFile().fileName));
  return isSdk ? undefined : 'it is registered on a class derived from the SDK server';
}

function enclosingFunction(node: ts.Node): ts.Node | undefined {
  let current: ts.Node | undefined = node.parent;
  while (current !== undefined && !ts.isFunctionLike(current)) current = current.parent;
  return current;
}

function enclosingFunctionName(node: ts.Node): string {
  for (let fn = enclosingFunction(node); fn !== undefined; fn = enclosingFunction(fn)) {
    const name =
      (fn as ts.FunctionLikeDeclaration).name ??
      (ts.isVariableDeclaration(fn.parent) ? fn.parent.name : undefined);
    if (name !== undefined) return name.getText();
  }
  return 'module code';
}

const PRINTED_NAMES = [
  'inputRequired',
  IS_ASKING,
  'elicitResult',
  'samplingResult',
  'rootsResult',
  'unvalidated',
];

/** Every identifier below a node: a generated name that is none of them can neither capture nor shadow. */
function identifiersOf(root: ts.Node): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return names;
}

function freshName(base: string, taken: Set<string>): string {
  let name = base;
  for (let ordinal = 2; taken.has(name); ordinal += 1) name = `${base}${ordinal}`;
  taken.add(name);
  return name;
}

function pascalCase(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^\p{L}/u.test(joined) ? joined : `Handler${joined}`;
}

/** The start of the module-level statement around a node, after the comments of the statement before. */
function topLevelStart(node: ts.Node, file: ts.SourceFile): number {
  let statement = node;
  while (statement.parent !== file) statement = statement.parent;
  const comments = ts.getLeadingCommentRanges(file.text, statement.getFullStart()) ?? [];
  return comments[0]?.pos ?? statement.getStart(file);
}
