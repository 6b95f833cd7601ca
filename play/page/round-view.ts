import { endOf, type Answers, type Round } from '../client/round.ts';
import type { Turn } from '../client/conversation.ts';
import type { JsonRpcMessage } from '../server/messages.ts';
import { createAskForm } from './ask-form.ts';
import { createElement } from './create-element.ts';
import { countBytes, printJson } from './json-view.ts';
import { printState } from './state-view.ts';

export interface RoundOptions {
  /** Unique among the rounds that are shown. */
  readonly id: string;
  readonly isModern: boolean;
  readonly isLast: boolean;
  readonly isBusy: boolean;
  readonly onAnswer: (answers: Answers) => void;
  readonly onSelect: (branch: number) => void;
}

/** One round: what went over the wire, what the server did, what it asks or what came of it. */
export function printRound(turn: Turn, options: RoundOptions): HTMLElement {
  const { round } = turn;
  const { id, isModern, isLast } = options;
  const process = isModern
    ? 'a process of its own'
    : round.number === 1
      ? 'one process'
      : 'the same process, which waited';
  return createElement(
    'li',
    { className: 'round', attributes: { 'aria-labelledby': id } },
    createElement(
      'header',
      {},
      createElement('h3', { id, textContent: `Round ${round.number}` }),
      createElement('span', { className: 'quiet', textContent: process }),
    ),
    createElement(
      'div',
      { className: 'wire' },
      printMessages('client → server', round.sent, isLast),
      printMessages('server → client', round.received, isLast),
    ),
    printLog(round.log),
    round.asks.length > 0 ? printAsks(turn, options) : printEnd(round),
    round.state === undefined ? undefined : printState(round.state),
  );
}

function printMessages(
  title: string,
  messages: readonly JsonRpcMessage[],
  isOpen: boolean,
): HTMLElement | undefined {
  if (messages.length === 0) return undefined;
  const bytes = messages.reduce((sum, message) => sum + countBytes(message), 0);
  const kinds = [...new Set(messages.map(kindOf))].join(', ');
  return createElement(
    'details',
    { open: isOpen },
    createElement(
      'summary',
      {},
      title,
      createElement('span', { className: 'quiet', textContent: ` ${kinds} · ${bytes} bytes` }),
    ),
    messages.map(printJson),
  );
}

function kindOf({ method, error, result }: JsonRpcMessage): string {
  if (method !== undefined) return method;
  if (error !== undefined) return `error ${error.code}`;
  return result?.['resultType'] === 'input_required' ? 'input_required' : 'result';
}

function printLog(lines: readonly string[]): HTMLElement | undefined {
  if (lines.length === 0) return undefined;
  return createElement(
    'div',
    { className: 'log' },
    createElement('h4', { textContent: 'printed by the server' }),
    createElement('pre', { tabIndex: 0, textContent: lines.join('\n') }),
  );
}

function printAsks(turn: Turn, options: RoundOptions): HTMLElement {
  const { round, branches } = turn;
  const { id, isModern, isLast, isBusy, onAnswer } = options;
  const form = (): HTMLElement => createAskForm(round.asks, id, onAnswer);
  if (isLast) {
    const asks = form();
    asks.toggleAttribute('inert', isBusy);
    return asks;
  }
  const given = printBranches(turn, options);
  const again = createElement('button', {
    type: 'button',
    className: 'again',
    textContent: 'Answer otherwise',
  });
  if (isModern) {
    again.addEventListener('click', () => {
      const asks = form();
      again.replaceWith(asks);
      asks.querySelector<HTMLElement>('input, select, textarea, button')?.focus();
    });
  } else {
    again.disabled = true;
    again.title = 'The handler has gone on in its process: there is no way back.';
  }
  return createElement(
    'div',
    { className: 'answered', attributes: { 'data-branches': String(branches.length) } },
    given,
    again,
  );
}

/** The answers that were given; where there are several, a choice between them. */
function printBranches({ branches, selected }: Turn, { onSelect }: RoundOptions): readonly HTMLElement[] {
  return branches.map(({ answers }, index) => {
    const text = Object.entries(answers)
      .map(([key, answer]) => `${key}: ${JSON.stringify(answer)}`)
      .join('\n');
    const isSelected = index === selected;
    return createElement('button', {
      type: 'button',
      className: 'branch',
      textContent: text,
      attributes: { 'aria-pressed': String(isSelected) },
      onclick: () => onSelect(index),
    });
  });
}

function printEnd(round: Round): HTMLElement {
  const end = endOf(round);
  if (typeof end === 'string' || end === undefined)
    return createElement('p', { className: 'end failed', textContent: end ?? 'The server sent nothing.' });
  const { error, result } = end;
  const isFailed = error !== undefined || result?.['isError'] === true;
  return createElement(
    'div',
    { className: isFailed ? 'end failed' : 'end' },
    createElement('h4', { textContent: error === undefined ? 'result' : `error ${error.code}` }),
    createElement('p', { textContent: error?.message ?? textOfResult(result) }),
  );
}

/** What a person would be shown of a result. */
function textOfResult(result: JsonRpcMessage['result']): string {
  const content = result?.['content'];
  const texts = (Array.isArray(content) ? content : []).map(
    (block: { readonly text?: unknown }) => block.text,
  );
  return texts.length > 0 && texts.every((text) => typeof text === 'string')
    ? texts.join('\n')
    : JSON.stringify(result, undefined, 2);
}
