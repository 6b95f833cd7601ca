import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { HelperFunction } from '../../engine/find/find-asks.ts';
import type { HandlerRoot } from '../../engine/find/find-handler-roots.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { FileRewrite, ImportRequest, TextEdit } from '../edits.ts';
import type { HandlerFlow } from '../project/handler-flow.ts';
import type { MigratedSite } from '../project/migration.ts';
import { requestStateImport } from '../state-codec/request-state-import.ts';
import type { ContextParameter } from './context-parameter.ts';
import { topLevelStart } from './enclosing-function.ts';
import { freshName, identifiersOf, PRINTED_NAMES } from './fresh-names.ts';
import { SERVER_MODULE } from './print-ask.ts';
import type { PrintedHandler } from './print-guard.ts';
import { SourceText } from './source-text.ts';

/** What the rewrite needs to know about the project beyond the file. */
export interface ProjectFacts {
  readonly checker: ts.TypeChecker;
  /** How this file imports the module that exports `requestState`. */
  readonly requestStateModule: string;
  /** `noUncheckedIndexedAccess`: an element of an array may be undefined. */
  readonly checksIndexedAccess: boolean;
  /** How this file imports another file of the project. */
  readonly moduleSpecifier: (file: string) => string;
  /** How to report a handler that must stay as it is; undefined for one to rewrite. */
  readonly leaves?: (root: HandlerRoot) => MigratedSite['outcome'] | undefined;
}

export interface HandlersRewrite extends FileRewrite {
  readonly sites: readonly MigratedSite[];
  /** The handlers that were rewritten; their servers need the state codec. */
  readonly migrated: readonly HandlerRoot[];
  /** The helpers that were rewritten. */
  readonly helpers?: readonly HelperFunction[];
  /** Parts of the original that the rewrite leaves out; an import used only there is not needed any more. */
  readonly dropped: readonly ts.Node[];
}

/** What is to be done to one file, while it is collected. */
export class FileOutput implements HandlersRewrite {
  readonly edits: TextEdit[] = [];
  readonly imports: ImportRequest[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly sites: MigratedSite[] = [];
  readonly migrated: HandlerRoot[] = [];
  readonly helpers: HelperFunction[] = [];
  readonly dropped: ts.Node[] = [];
  readonly file: ts.SourceFile;
  readonly facts: ProjectFacts;
  readonly source: SourceText;
  readonly codec: ReturnType<typeof requestStateImport>;
  /** The names that module-level code cannot get any more. */
  readonly taken: Set<string>;

  constructor(file: ts.SourceFile, facts: ProjectFacts) {
    this.file = file;
    this.facts = facts;
    this.source = new SourceText(file);
    this.taken = identifiersOf(file);
    this.codec = requestStateImport(file, facts.requestStateModule);
  }

  /** Names for one function: nothing in it and nothing that is printed into it goes by them. */
  freshNames(fn: ts.Node): (base: string) => string {
    const reserved = new Set([...identifiersOf(fn), ...PRINTED_NAMES, this.codec.as]);
    return (base) => freshName(base, reserved);
  }

  addSite(
    at: ts.Node,
    handler: string,
    asks: number,
    outcome: MigratedSite['outcome'],
    flow?: HandlerFlow,
  ): void {
    const lineOf = (offset: number): number => this.file.getLineAndCharacterOfPosition(offset).line + 1;
    const place = { file: this.file.fileName, line: lineOf(at.getStart()), endLine: lineOf(at.end) };
    this.sites.push({ ...place, handler, asks, outcome, ...(flow === undefined ? {} : { flow }) });
  }

  /** Edits in the line ending of the file. */
  edit(edits: readonly TextEdit[]): void {
    const { eol } = this.source;
    this.edits.push(...edits.map((edit) => ({ ...edit, newText: edit.newText.replaceAll(/\r?\n/g, eol) })));
  }

  /** Puts a printed function in the place of the original. */
  editFunction(
    fn: HelperFunction,
    printed: PrintedHandler,
    context: ContextParameter,
    returnType: readonly TextEdit[],
  ): void {
    const { eol, semicolon, unit } = this.source;
    const edits = [...context.edits, ...returnType, ...printed.edits];
    if (context.prologue !== undefined && fn.body !== undefined && ts.isBlock(fn.body)) {
      const at = fn.body.getStart() + 1;
      const [first] = fn.body.statements;
      const indent = first === undefined ? unit : this.source.indentOf(first);
      edits.unshift({ start: at, end: at, newText: `${eol}${indent}${context.prologue}${semicolon}` });
    }
    if (printed.declarations !== undefined) {
      const at = topLevelStart(fn, this.file);
      edits.push({ start: at, end: at, newText: printed.declarations });
    }
    this.edit(edits);
    this.imports.push(...printed.imports, this.codec);
    this.importWidenedType(returnType);
  }

  importWidenedType(returnType: readonly TextEdit[]): void {
    if (returnType.length > 0)
      this.imports.push({ module: SERVER_MODULE, name: 'InputRequiredResult', typeOnly: true });
  }
}
