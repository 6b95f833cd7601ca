import {
  isHelperAsk,
  listsOf,
  type AnswerUse,
  type AskPoint,
  type FlowNode,
} from '../../engine/plan/flow-tree.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { ImportRequest, TextEdit } from '../edits.ts';
import { layoutCall, quoted } from './layout.ts';
import { importsOf, printRequest, readerOf } from './print-ask.ts';
import type { HelperCalls } from './print-helper.ts';
import type { SourceText } from './source-text.ts';

/** The names that generated code uses in one handler. */
export interface HandlerNames {
  readonly context: string;
  readonly requestState: string;
  readonly state: string;
  readonly stateType: string;
  readonly fresh: (base: string) => string;
  /** In a helper: the parameter that says under which key to ask, and what to seal. */
  readonly round?: string;
}

export interface PrintedHandler {
  readonly edits: readonly TextEdit[];
  readonly imports: readonly ImportRequest[];
  /** Declarations for the module, to stand in front of the statement that contains the handler. */
  readonly declarations: string | undefined;
}

/**
 * Prints the guard rung: the statement of the ask becomes its requests, the reads of their answers, and the return that
 * asks while an answer is missing. Nothing else of the handler changes.
 */
export function printGuard(
  plan: HandlerPlan,
  source: SourceText,
  names: HandlerNames,
  calls: HelperCalls,
): PrintedHandler {
  const node = findAskNode(plan.nodes);
  if (node === undefined) throw new RangeError('a guard plan has exactly one ask');
  const { ask, statement } = node;
  const indent = source.indentOf(statement);
  const line = (text: string): string => text + source.semicolon;
  const parts = ask.requests.map((request, index) => ({
    ...request,
    request: names.fresh(`${request.key}Request`),
    answer: answerName(ask, index, names),
  }));

  if (isHelperAsk(ask)) {
    const answer = parts[0]?.answer ?? '';
    const call = calls.printLines(ask, answer, names, false, indent);
    const edits = bindAnswers(ask, statement, parts, call, indent, source);
    return { edits, imports: ask.requests.flatMap(({ site }) => importsOf(site)), declarations: undefined };
  }
  const { round } = names;
  const keyOf = (key: string): string => (round === undefined ? quoted(key, source) : `${round}.key`);
  const entries = parts.map(({ key, request }) =>
    round !== undefined ? `[${round}.key]: ${request}` : key === request ? request : `${key}: ${request}`,
  );
  const asking = layoutCall(
    `${names.requestState}.ask`,
    [
      () => names.context,
      () => `{ ${entries.join(', ')} }`,
      ...(round === undefined ? [] : [() => `${round}.state`]),
    ],
    indent,
    source,
  );
  const isMissing = parts.map(({ answer }) => `${answer} === undefined`).join(' || ');
  const wait = isInTry(statement, plan.root.fn) ? 'await ' : '';
  const lines = [
    ...parts.map(({ request, site }) => line(`const ${request} = ${printRequest(site, source, indent)}`)),
    ...parts.map(({ key, request, answer, site }) =>
      line(`const ${answer} = ${readerOf(site)}(${names.context}, ${keyOf(key)}, ${request})`),
    ),
    line(`if (${isMissing}) return ${wait}${asking}`),
  ];
  const edits = bindAnswers(ask, statement, parts, lines, indent, source);
  return { edits, imports: ask.requests.flatMap(({ site }) => importsOf(site)), declarations: undefined };
}

/** What an ask throws belongs to the `try` around it, so there its promise is awaited. */
export function isInTry(statement: ts.Statement, within: ts.Node): boolean {
  for (let node: ts.Node = statement; node !== within; node = node.parent)
    if (ts.isTryStatement(node.parent) && node.parent.tryBlock === node) return true;
  return false;
}

function findAskNode(nodes: readonly FlowNode[]): Extract<FlowNode, { kind: 'ask' }> | undefined {
  for (const node of nodes) {
    if (node.kind === 'ask') return node;
    const inner = findAskNode(listsOf(node).flat());
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The variable an answer is read into: the user's own where that is a plain untyped `const`. */
export function answerName(ask: AskPoint, index: number, names: HandlerNames): string {
  const { key } = ask.requests[index] ?? ask.requests[0];
  return plainConst(ask, index) ?? answerVariable(key, names);
}

/** A variable for an answer that the user gave no name: what was asked for where that is free, `confirmAnswer` else. */
export function answerVariable(key: string, names: HandlerNames): string {
  const subject = key.replace(/\d+$/, '');
  const name = names.fresh(subject);
  return name === subject || /answer$/i.test(subject) ? name : names.fresh(`${subject}Answer`);
}

function plainConst({ use }: AskPoint, index: number): string | undefined {
  const declaration =
    use.form === 'declare' ? use.declaration : use.form === 'declare-each' ? use.elements[index] : undefined;
  if (declaration === undefined || !ts.isIdentifier(declaration.name)) return undefined;
  const list = use.form === 'declare' || use.form === 'declare-each' ? use.list : undefined;
  const isTyped = ts.isVariableDeclaration(declaration) && declaration.type !== undefined;
  const isConst = list !== undefined && (list.flags & ts.NodeFlags.Const) !== 0;
  return !isTyped && isConst ? declaration.name.text : undefined;
}

function bindAnswers(
  ask: AskPoint,
  statement: ts.Statement,
  parts: readonly { readonly answer: string }[],
  lines: readonly string[],
  indent: string,
  source: SourceText,
): TextEdit[] {
  const { use } = ask;
  const separator = source.eol + indent;
  const start = statement.getStart();
  const answer = parts[0]?.answer ?? '';
  if (use.form === 'head') {
    const insertion = { start, end: start, newText: lines.map((text) => text + separator).join('') };
    return [insertion, { start: use.awaited.getStart(), end: use.awaited.end, newText: answer }];
  }
  const bindings = parts.flatMap((part, index) => {
    if (use.form === 'discard' || plainConst(ask, index) !== undefined) return [];
    const left = bindingHead(use, index);
    return left === undefined ? [] : [`${left} = ${part.answer}${source.semicolon}`];
  });
  return [{ start, end: statement.end, newText: [...lines, ...bindings].join(separator) }];
}

/** What stands left of the `=` where the answer at a position is bound. */
export function bindingHead(
  use: Exclude<AnswerUse, { form: 'head' | 'discard' }>,
  index: number,
): string | undefined {
  if (use.form === 'assign') return use.target.text;
  if (use.form === 'declare') return declarationHead(use.list, use.declaration);
  const keyword = use.list
    .getText()
    .slice(0, use.pattern.getStart() - use.list.getStart())
    .trimEnd();
  const element = use.elements[index];
  return element && `${keyword} ${element.name.getText()}`;
}

/** `const { action, content }` of `const { action, content } = await ask`. */
function declarationHead(list: ts.VariableDeclarationList, declaration: ts.VariableDeclaration): string {
  const end = declaration.type?.end ?? declaration.name.end;
  return list.getSourceFile().text.slice(list.getStart(), end);
}
