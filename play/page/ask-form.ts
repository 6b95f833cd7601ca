import type { Answers, Ask } from '../client/round.ts';
import { createElement } from './create-element.ts';
import { createFormFields } from './form-fields.ts';

type Answer = Answers[string];

/** A question to the user of the client: what is shown, and what each of the buttons answers. */
interface Question {
  readonly body: readonly (HTMLElement | string)[];
  readonly choices: readonly { readonly label: string; readonly answer: () => Answer }[];
}

/**
 * The form for everything that one round asks. A single question is answered by its button, several are sent together.
 * @param prefix makes the ids of the fields unique on the page
 */
export function createAskForm(
  asks: readonly Ask[],
  prefix: string,
  onAnswer: (answers: Answers) => void,
): HTMLElement {
  const questions = asks.map((ask, index) => ({ ask, question: questionOf(ask, `${prefix}-${index}`) }));
  const [only] = questions;
  if (only === undefined) throw new RangeError('a form needs a question');
  if (questions.length === 1) {
    const send = (answer: () => Answer): void => onAnswer({ [only.ask.key]: answer() });
    const buttons = only.question.choices.map(({ label, answer }, index) =>
      createElement('button', {
        type: index === 0 ? 'submit' : 'button',
        className: index === 0 ? 'primary' : '',
        textContent: label,
        ...(index === 0 ? {} : { onclick: () => send(answer) }),
      }),
    );
    const form = createForm([printQuestion(only.ask, only.question, buttons)]);
    form.addEventListener('submit', () => {
      const [first] = only.question.choices;
      if (first !== undefined) send(first.answer);
    });
    return form;
  }
  return createJointForm(questions, prefix, onAnswer);
}

function createJointForm(
  questions: readonly { readonly ask: Ask; readonly question: Question }[],
  prefix: string,
  onAnswer: (answers: Answers) => void,
): HTMLElement {
  const parts = questions.map(({ ask, question }, index) => {
    const choice = createElement(
      'select',
      { id: `${prefix}-${index}-action`, attributes: { 'aria-label': `What to answer to ${ask.key}` } },
      question.choices.map(({ label }, at) =>
        createElement('option', { value: String(at), textContent: label }),
      ),
    );
    const read = (): Answer => question.choices[choice.selectedIndex]?.answer() ?? {};
    return { key: ask.key, read, element: printQuestion(ask, question, [choice]) };
  });
  const send = createElement('button', {
    type: 'submit',
    className: 'primary',
    textContent: 'Send the answers',
  });
  const form = createForm([...parts.map(({ element }) => element), createElement('p', {}, send)]);
  form.addEventListener('submit', () =>
    onAnswer(Object.fromEntries(parts.map(({ key, read }) => [key, read()]))),
  );
  return form;
}

function createForm(children: readonly HTMLElement[]): HTMLFormElement {
  const form = createElement('form', { className: 'asks', noValidate: true }, children);
  // No page is sent anywhere; what is to happen listens as well.
  form.addEventListener('submit', (event) => event.preventDefault());
  return form;
}

function printQuestion(
  { key, method }: Ask,
  { body }: Question,
  buttons: readonly HTMLElement[],
): HTMLElement {
  return createElement(
    'fieldset',
    {},
    createElement('legend', {}, createElement('strong', { textContent: key }), ` ${method}`),
    body,
    createElement('p', { className: 'buttons' }, buttons),
  );
}

function questionOf({ method, params }: Ask, id: string): Question {
  if (method === 'sampling/createMessage') return sampling(params, id);
  if (method === 'roots/list') return roots(id);
  const fields = createFormFields(params['requestedSchema'], id);
  const url = params['mode'] === 'url' ? textIn(params, 'url') : undefined;
  const accepted = (): Answer =>
    url === undefined ? { action: 'accept', content: fields.read() } : { action: 'accept' };
  return {
    body: [
      createElement('p', { className: 'message', textContent: textIn(params, 'message') }),
      url === undefined
        ? fields.element
        : createElement('p', {}, createElement('code', { textContent: url })),
    ],
    choices: [
      { label: 'Accept', answer: accepted },
      { label: 'Decline', answer: () => ({ action: 'decline' }) },
      { label: 'Cancel', answer: () => ({ action: 'cancel' }) },
    ],
  };
}

function textIn(params: Ask['params'], name: string): string {
  const value = params[name];
  return typeof value === 'string' ? value : '';
}

function sampling(params: Ask['params'], id: string): Question {
  const messages = Array.isArray(params['messages'])
    ? (params['messages'] as readonly SamplingMessage[])
    : [];
  const shown = messages.map(({ role, content }) =>
    createElement('p', { className: 'message', textContent: `${role}: ${textOf(content)}` }),
  );
  const reply = createElement('textarea', { id, rows: 3, value: 'A fast and friendly release.' });
  const label = createElement('label', { htmlFor: id, textContent: 'What the model says' });
  return {
    body: [...shown, createElement('p', { className: 'field' }, label, reply)],
    choices: [
      {
        label: 'Answer',
        answer: () => ({
          role: 'assistant',
          content: { type: 'text', text: reply.value },
          model: 'playground',
        }),
      },
    ],
  };
}

interface SamplingMessage {
  readonly role: string;
  readonly content: unknown;
}

function textOf(content: unknown): string {
  const blocks: readonly unknown[] = Array.isArray(content) ? content : [content];
  const texts = blocks.map((block) => (block as { readonly text?: unknown }).text);
  return texts.every((text) => typeof text === 'string') ? texts.join('\n') : JSON.stringify(content);
}

function roots(id: string): Question {
  const uris = createElement('textarea', { id, rows: 2, value: 'file:///home/ada/thesis' });
  const label = createElement('label', { htmlFor: id, textContent: 'Roots, one URI a line' });
  const lines = (): string[] => uris.value.split('\n').filter((line) => line.trim() !== '');
  return {
    body: [createElement('p', { className: 'field' }, label, uris)],
    choices: [{ label: 'Answer', answer: () => ({ roots: lines().map((uri) => ({ uri: uri.trim() })) }) }],
  };
}
