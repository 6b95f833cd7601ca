import { diag } from '../../diagnostics/catalog.gen.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { FileRewrite, ImportRequest } from '../edits.ts';

const CONNECT_STDIO: ImportRequest = { module: 'mrtr/runtime', name: 'connectStdio', typeOnly: false };

/**
 * `server.connect(transport)` becomes `connectStdio(server, transport)`, for a server that no function makes anew: a
 * process has one connection to stdio, so the one server of the program can serve it, in whichever era its client speaks
 * (`serveStdio`, SDK 2.4, keeps one server for a connection). What is made with the server, and when, stays as it was.
 */
export function connectOneServer(connect: ts.CallExpression, transport: ts.Expression): FileRewrite {
  const { expression: receiver, questionDotToken } = connect.expression as ts.PropertyAccessExpression;
  if (questionDotToken !== undefined) return refuse(connect, 'the server may be missing');
  if (receiver.kind === ts.SyntaxKind.SuperKeyword)
    return refuse(connect, 'the class of the server does more when it connects');
  const start = receiver.getStart();
  const between = connect.getSourceFile().text.slice(receiver.end, transport.getStart());
  const edits = [
    { start, end: start, newText: `${CONNECT_STDIO.name}(` },
    { start: receiver.end, end: transport.getStart(), newText: printComma(between) },
  ];
  return { edits, imports: [CONNECT_STDIO], diagnostics: [] };
}

/** In place of `.connect(`; comments around it stay. */
function printComma(between: string): string {
  return between.includes('/') ? between.replace(/\.\s*connect\s*\(/, ',') : ', ';
}

function refuse(connect: ts.CallExpression, reason: string): FileRewrite {
  const params = { transport: 'stdio', reason, entry: 'serveStdio' };
  return { edits: [], imports: [], diagnostics: [diag.entryNotConverted(spanOf(connect), params)] };
}
