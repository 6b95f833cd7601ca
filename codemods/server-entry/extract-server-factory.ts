import { ts } from '../../engine/syntax/ts.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import { contains } from '../../engine/plan/build-flow-tree.ts';
import { endOfLine, indentedPieces, MovedText, type Piece } from './moved-text.ts';
import type { ServerFactoryPlan } from './plan-server-factory.ts';
import { enclosingStatement, findListener } from './read-http-entry.ts';
import { isHttpTransport } from './sdk-symbols.ts';
import { dependsOn } from './server-factory.ts';

/**
 * Moves the setup of a server into a function that stands where its last statement stood, or in front of the listener it
 * does not depend on; what connects the server calls the function. Statements in between stay where they are.
 */
export function extractServerFactory(plan: ServerFactoryPlan, checker: ts.TypeChecker): MovedText {
  const file = plan.declaration.getSourceFile();
  const source = new SourceText(file);
  const { eol, unit, semicolon } = source;
  const server = plan.declaration.name.getText();
  const statementIndent = source.indentOf(plan.setup[0] ?? file);
  const host = findHost(plan, checker);
  const indent = host === undefined ? statementIndent : source.indentOf(host);
  const name = factoryName(file);
  const list = plan.declaration.parent.parent.parent;
  const last = plan.setup.findLast(({ parent }) => parent === list);
  const keepsName = plan.entries.length > 1;

  const pieces: Piece[] = [];
  let at = 0;
  const copyTo = (offset: number): void => {
    if (offset > at) pieces.push({ from: at, to: offset });
    at = Math.max(at, offset);
  };
  const changes = [
    ...(host === undefined ? [] : [{ start: startOfLine(host, file), host: true as const }]),
    ...plan.setup.map((statement) => ({ start: startOfLine(statement, file), statement })),
    ...(keepsName ? [] : plan.entries.map((entry) => ({ start: entry.getStart(file), entry }))),
    ...(keepsName ? [{ start: startOfLine(statementOf(plan), file), declare: true as const }] : []),
  ].sort((a, b) => a.start - b.start);
  for (const change of changes) {
    copyTo(change.start);
    if ('host' in change) {
      pieces.push(...printFactory(), { text: eol });
    } else if ('entry' in change) {
      pieces.push({ text: plan.isAsync ? `(await ${name}())` : `${name}()` });
      at = change.entry.end;
    } else if ('declare' in change) {
      pieces.push({
        text: `${source.indentOf(statementOf(plan))}const ${server} = ${plan.isAsync ? 'await ' : ''}${name}()${semicolon}${eol}`,
      });
    } else {
      at = endOfLine(file.text, change.statement.end);
      if (change.statement === last && host === undefined) pieces.push(...printFactory());
      else at += blankLinesLeft(file.text, change.start, at);
    }
  }
  copyTo(file.text.length);
  return new MovedText(file.text, pieces);

  function printFactory(): Piece[] {
    const { className, isAsync } = plan;
    const type = isAsync ? `Promise<${className}>` : className;
    const returns = source.isTyped && className !== undefined ? `: ${type}` : '';
    const body = plan.setup.flatMap((statement, index) => {
      const from = startOfLine(statement, file);
      const reindent = { remove: source.indentOf(statement), add: indent + unit };
      const spaced = index > 0 && source.isSpaced(statement) ? [{ text: eol }] : [];
      return [...spaced, ...indentedPieces(file, statement, from, reindent)];
    });
    const gap = plan.setup.some((statement, index) => index > 0 && source.isSpaced(statement)) ? eol : '';
    return [
      { text: `${indent}${isAsync ? 'async ' : ''}function ${name}()${returns} {${eol}` },
      ...body,
      { text: `${gap}${indent}${unit}return ${server}${semicolon}${eol}${indent}}${eol}` },
    ];
  }

  function factoryName(within: ts.SourceFile): string {
    const taken = new Set(
      checker.getSymbolsInScope(plan.declaration, ts.SymbolFlags.Value).map((symbol) => symbol.name),
    );
    let candidate = 'createServer';
    for (let n = 2; taken.has(candidate) || mentions(within, candidate); n += 1)
      candidate = n === 2 ? 'createMcpServer' : `createMcpServer${n - 1}`;
    return candidate;
  }
}

/**
 * A server that a request listener makes can be made outside of it when its setup uses nothing of the request; there the
 * entry of the modern era can make one too.
 * @returns the statement to stand in front of
 */
function findHost(
  { declaration, setup, entries }: ServerFactoryPlan,
  checker: ts.TypeChecker,
): ts.Statement | undefined {
  const connect = entries.find((entry) => {
    const [argument] = (entry.parent.parent as ts.CallExpression).arguments;
    return argument !== undefined && isHttpTransport(argument, 'any', checker);
  });
  const listener = connect && findListener(connect, checker);
  if (listener === undefined || !contains(listener, declaration)) return undefined;
  const isOwn = (node: ts.Node): boolean => setup.some((statement) => contains(statement, node));
  if (setup.some((statement) => dependsOn(statement, listener, checker, isOwn))) return undefined;
  return enclosingStatement(listener);
}

/** The statement of the first connect or close in the list that connects the server. */
function statementOf({ entries, entryBlock }: ServerFactoryPlan): ts.Statement {
  const found = entryBlock.statements.find((statement) =>
    entries.some((entry) => statement.pos <= entry.pos && entry.end <= statement.end),
  );
  if (found === undefined) throw new RangeError('the entries of a plan lie in its entry block');
  return found;
}

/** The length of the blank lines after a removed statement, where one stands in front of it too. */
export function blankLinesLeft(text: string, start: number, end: number): number {
  const isAfterBlank = /(^|\n)[ \t]*\r?\n$/.test(text.slice(0, start));
  return isAfterBlank ? (/^(?:[ \t]*\r?\n)*/.exec(text.slice(end))?.[0].length ?? 0) : 0;
}

function mentions(file: ts.SourceFile, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(file.text);
}

/** Where the line of a statement, or of the comments that belong to it, starts. */
export function startOfLine(statement: ts.Statement, file: ts.SourceFile): number {
  const comments = ts.getLeadingCommentRanges(file.text, statement.getFullStart()) ?? [];
  const own = comments.find(({ pos }) => !isHeader(file, pos));
  const start = own?.pos ?? statement.getStart(file);
  return file.text.lastIndexOf('\n', start - 1) + 1;
}

/** A comment at the top of the file, such as a licence, belongs to the file. */
function isHeader(file: ts.SourceFile, pos: number): boolean {
  return file.text.slice(0, pos).trim() === '';
}
