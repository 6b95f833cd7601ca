import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findUrlErrors } from '../../engine/find/find-url-errors.ts';
import type { HandlerRoot } from '../../engine/find/find-handler-roots.ts';
import { isCaught } from '../../engine/plan/is-caught.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { ImportRequest, TextEdit } from '../edits.ts';
import { enclosingFunction } from './enclosing-function.ts';
import { RUNTIME_MODULE } from './print-ask.ts';

const IMPORT: ImportRequest = { module: RUNTIME_MODULE, name: 'requireUrls', typeOnly: false };

/** `throw new UrlElicitationRequiredError(…)` in a handler, which may as well return what asks for the URLs. */
export interface UrlThrow {
  readonly statement: ts.ThrowStatement;
  readonly error: ts.NewExpression;
}

/** What a file does about URLs that a user has to open first. */
export class UrlErrors {
  /** The errors that no handler throws where returning would be the same. */
  readonly problems: readonly { readonly error: ts.NewExpression; readonly diagnostic: Diagnostic }[];
  readonly #throws = new Map<ts.Node, UrlThrow[]>();

  constructor(file: ts.SourceFile, checker: ts.TypeChecker, roots: readonly HandlerRoot[]) {
    const handlers = new Set<ts.Node>(roots.map(({ fn }) => fn));
    this.problems = findUrlErrors(file, checker).flatMap((error) => {
      const found = urlThrow(error, handlers);
      if (typeof found === 'string')
        return [{ error, diagnostic: diag.urlErrorNotThrownByHandler(spanOf(error), { reason: found }) }];
      const owner = enclosingFunction(error);
      if (owner !== undefined) this.#throws.set(owner, [...this.in(owner), found]);
      return [];
    });
  }

  in(fn: ts.Node): readonly UrlThrow[] {
    return this.#throws.get(fn) ?? [];
  }
}

/** Why an error has to stay, as the end of a sentence. */
function urlThrow(error: ts.NewExpression, handlers: ReadonlySet<ts.Node>): UrlThrow | string {
  const { parent: statement } = error;
  if (!ts.isThrowStatement(statement) || error.arguments?.[0] === undefined)
    return 'here it is not thrown where it is made';
  const owner = enclosingFunction(error);
  if (owner === undefined || !handlers.has(owner)) return 'this function is no handler of a request';
  return isCaught(statement) ? 'the `catch` around it would see it' : { statement, error };
}

/** `return requireUrls(ctx, …)` instead, with the arguments as they were written. */
export function returnUrls(throws: readonly UrlThrow[], context: string): readonly TextEdit[] {
  return throws.flatMap(({ statement, error }) => {
    const start = statement.getStart();
    const [first] = error.arguments ?? [];
    const list = first?.getStart() ?? error.end;
    return [
      { start, end: start + 'throw'.length, newText: 'return' },
      { start: error.getStart(), end: error.expression.end, newText: IMPORT.name },
      { start: list, end: list, newText: `${context}, ` },
    ];
  });
}

export function importsOfUrls(throws: readonly UrlThrow[]): readonly ImportRequest[] {
  return throws.length === 0 ? [] : [IMPORT];
}
