import type { AskPoint, FlowNode } from '../../engine/plan/flow-tree.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { ImportRequest, TextEdit } from '../edits.ts';
import { layoutCall } from './layout.ts';
import { importsOf, printRequest, readerOf } from './print-ask.ts';
import type { SourceText } from './source-text.ts';

/** The names that generated code uses in one handler. */
export interface HandlerNames {
  readonly context: string;
  readonly requestState: string;
  readonly state: string;
  readonly stateType: string;
  readonly fresh: (base: string) => string;
}

export interface PrintedHandler {
  readonly edits: readonly TextEdit[];
  readonly imports: readonly ImportRequest[];
  /** Declarations for the module, to stand in front of the statement that contains the handler. */
  readonly declarations: string | undefined;
}

/**
 * Prints the guard rung: the statement of the ask becomes the request, the read of its answer, and the return that asks
 * while there is no answer. Nothing else of the handler changes.
 */
export function printGuard(plan: HandlerPlan, source: SourceText, names: HandlerNames): PrintedHandler {
  const node = findAskNode(plan.nodes);
  if (node === undefined) throw new RangeError('a guard plan has exactly one ask');
  const { ask, statement } = node;
  const indent = source.indentOf(statement);
  const request = names.fresh(`${ask.key}Request`);
  const answer = answerName(ask, names);
  const line = (text: string): string => text + source.semicolon;

  const asking = layoutCall(
    `${names.requestState}.ask`,
    [() => names.context, () => (ask.key === request ? `{ ${request} }` : `{ ${ask.key}: ${request} }`)],
    indent,
    source,
  );
  const lines = [
    line(`const ${request} = ${printRequest(ask.site, source, indent)}`),
    line(
      `const ${answer} = ${readerOf(ask.site)}(${names.context}, ${source.quote}${ask.key}${source.quote}, ${request})`,
    ),
    line(`if (${answer} === undefined) return ${asking}`),
  ];
  const edits = bindAnswer(ask, statement, answer, lines, indent, source);
  return { edits, imports: importsOf(ask.site), declarations: undefined };
}

function findAskNode(nodes: readonly FlowNode[]): Extract<FlowNode, { kind: 'ask' }> | undefined {
  for (const node of nodes) {
    if (node.kind === 'ask') return node;
    const inner =
      node.kind === 'if' ? (findAskNode(node.whenTrue) ?? findAskNode(node.whenFalse)) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The variable the answer is read into: the user's own where that is a plain untyped `const`. */
function answerName(ask: AskPoint, names: HandlerNames): string {
  return isPlainConst(ask) ? ask.key : answerVariable(ask.key, names);
}

/** A variable for an answer that the user gave no name: the key where that is free. */
export function answerVariable(key: string, names: HandlerNames): string {
  const name = names.fresh(key);
  return name === key ? name : names.fresh(`${key}Answer`);
}

function isPlainConst({ use, key }: AskPoint): boolean {
  if (use.form !== 'declare' || !ts.isIdentifier(use.declaration.name)) return false;
  return (
    use.declaration.name.text === key &&
    use.declaration.type === undefined &&
    (use.list.flags & ts.NodeFlags.Const) !== 0
  );
}

function bindAnswer(
  ask: AskPoint,
  statement: ts.Statement,
  answer: string,
  lines: readonly string[],
  indent: string,
  source: SourceText,
): TextEdit[] {
  const { use } = ask;
  const separator = source.eol + indent;
  const start = statement.getStart();
  if (use.form === 'head') {
    const insertion = { start, end: start, newText: lines.map((text) => text + separator).join('') };
    return [insertion, { start: use.awaited.getStart(), end: use.awaited.end, newText: answer }];
  }
  if (use.form === 'discard' || isPlainConst(ask)) {
    return [{ start, end: statement.end, newText: lines.join(separator) }];
  }
  const target = use.form === 'assign' ? use.target : undefined;
  const left =
    target === undefined && use.form === 'declare'
      ? declarationHead(use.list, use.declaration)
      : (target?.getText() ?? '');
  return [
    {
      start,
      end: statement.end,
      newText: [...lines, `${left} = ${answer}${source.semicolon}`].join(separator),
    },
  ];
}

/** `const { action, content }` of `const { action, content } = await ask`. */
export function declarationHead(
  list: ts.VariableDeclarationList,
  declaration: ts.VariableDeclaration,
): string {
  const end = declaration.type?.end ?? declaration.name.end;
  return list.getSourceFile().text.slice(list.getStart(), end);
}
