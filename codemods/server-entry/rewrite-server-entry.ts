import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { FileRewrite, ImportRequest, TextEdit } from '../edits.ts';
import { rewriteHttpEntry } from './rewrite-http-entry.ts';
import { rewriteSseEntry } from './rewrite-sse-entry.ts';
import { rewriteStdioEntry } from './rewrite-stdio-entry.ts';
import { isClientCall, sdkMethod } from './sdk-symbols.ts';

export interface EntryFacts {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** The program's servers tell clients of changed lists or resources. */
  readonly announces: boolean;
  /** The project compiles with `exactOptionalPropertyTypes`, and the file has types. */
  readonly isExact: boolean;
}

/**
 * Serves both eras from one factory: stdio through `serveStdio`, HTTP through `createMcpHandler` beside the transport that
 * old clients keep (SDK 2.4, `isLegacyRequest`), SSE by an endpoint beside its own. An entry that is not recognised whole stays as it is, with a diagnostic.
 */
export function rewriteServerEntry(file: ts.SourceFile, facts: EntryFacts): FileRewrite {
  const edits: TextEdit[] = [];
  const imports: ImportRequest[] = [];
  const diagnostics: Diagnostic[] = [];
  const connects = findConnects(file, facts.checker);
  for (const connect of connects) {
    const rewrite =
      rewriteStdioEntry(connect, facts) ??
      rewriteHttpEntry(connect, facts) ??
      rewriteSseEntry(connect, connects, facts) ??
      diagnoseOtherTransport(connect, facts.checker);
    edits.push(...rewrite.edits);
    imports.push(...rewrite.imports);
    diagnostics.push(...rewrite.diagnostics);
  }
  return { edits, imports, diagnostics };
}

/** The transport of tests and embedded clients. */
const IN_MEMORY = 'InMemoryTransport';

function diagnoseOtherTransport(connect: ts.CallExpression, checker: ts.TypeChecker): FileRewrite {
  const [argument] = connect.arguments;
  const transport = (argument && checker.getTypeAtLocation(argument).symbol?.name) ?? 'transport';
  if (transport === IN_MEMORY) return { edits: [], imports: [], diagnostics: [] };
  const params = { transport, reason: 'the transport is not one of the SDK', entry: 'createMcpHandler' };
  return { edits: [], imports: [], diagnostics: [diag.entryNotConverted(spanOf(connect), params)] };
}

function findConnects(file: ts.SourceFile, checker: ts.TypeChecker): ts.CallExpression[] {
  const found: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && sdkMethod(node, checker) === 'connect' && !isClientCall(node, checker))
      found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
