import type { Analysis, Form } from '../analysis/analysis.ts';
import { compareWithNative } from '../client/compare-with-native.ts';
import { Conversation, type Turn } from '../client/conversation.ts';
import { messageOf, type ClientOptions } from '../client/modern-client.ts';
import type { Answers } from '../client/round.ts';
import { CallForm } from './call-form.ts';
import { createElement } from './create-element.ts';
import { printRound } from './round-view.ts';

const FORMS: readonly (readonly [Form, string])[] = [
  ['readable', 'Migrated'],
  ['compiled', 'Compiled'],
  ['native', 'Native await'],
];

/** Seals the states of the conversations on this page; it is worth nothing elsewhere. */
const STATE_KEY = 'the state key of a playground, which guards nothing';

/** A client to step through a call with, round by round, and to go back in. */
export class ClientView {
  readonly panel: HTMLElement;
  readonly #script: string;
  readonly #onStep: (conversation: Conversation | undefined) => void;
  readonly #forms = createElement('div', {
    className: 'segments',
    attributes: { role: 'radiogroup', 'aria-label': 'Form of the handler' },
  });
  readonly #calls: CallForm;
  readonly #rounds = createElement('ol', { className: 'rounds' });
  readonly #reference = createElement('p', { className: 'reference', attributes: { role: 'status' } });
  #form: Form = 'readable';
  #modules: Analysis['modules'];
  #conversation: Conversation | undefined;
  #isBusy = false;
  #steps = Promise.resolve();

  /**
   * @param script see {@link ServerProcess}
   * @param onStep is told of every step, and of a conversation that ends because the source has changed
   */
  constructor(script: string, onStep: (conversation: Conversation | undefined) => void) {
    this.#script = script;
    this.#onStep = onStep;
    this.#calls = new CallForm((call) =>
      this.#run(async () => {
        this.#conversation?.close();
        this.#conversation = new Conversation(this.#form, call, this.#options(this.#form));
        await this.#conversation.start();
      }),
    );
    for (const [form, label] of FORMS) this.#forms.append(this.#createChoice(form, label));
    this.panel = createElement(
      'div',
      { className: 'client' },
      createElement('div', { className: 'toolbar' }, this.#forms),
      this.#calls.element,
      this.#rounds,
      this.#reference,
    );
  }

  /** The source has changed: what it offers is not known yet. */
  wait(): void {
    this.#calls.wait();
  }

  /** Takes the modules of a new source; a conversation with the old one is over. */
  async update(modules: Analysis['modules']): Promise<void> {
    await this.#run(() => {
      this.#modules = modules;
      this.#conversation?.close();
      this.#conversation = undefined;
    });
    if (modules === undefined) this.#calls.refuse('The source has mistakes in its syntax.');
    else await this.#calls.update(this.#options('native'));
  }

  #createChoice(form: Form, label: string): HTMLElement {
    const input = createElement('input', {
      type: 'radio',
      name: 'form',
      id: `form-${form}`,
      checked: form === this.#form,
    });
    input.addEventListener('change', () => void this.#switchTo(form));
    return createElement(
      'span',
      {},
      input,
      createElement('label', { htmlFor: input.id, textContent: label }),
    );
  }

  /** The same call and the same answers in another form. */
  async #switchTo(form: Form): Promise<void> {
    await this.#run(async () => {
      this.#form = form;
      const before = this.#conversation;
      if (before === undefined) return;
      before.close();
      this.#conversation = new Conversation(form, before.call, this.#options(form));
      await this.#conversation.start();
      await this.#conversation.replay(before.answers);
    });
  }

  async #answer(turn: Turn, answers: Answers): Promise<void> {
    await this.#run(async () => this.#conversation?.answer(turn, answers));
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#rounds.lastElementChild?.scrollIntoView({
      block: 'nearest',
      behavior: isCalm ? 'instant' : 'smooth',
    });
    this.#rounds.lastElementChild
      ?.querySelector<HTMLElement>('form input, form select, form button')
      ?.focus();
  }

  /** One step after the other, also where the next is wanted before the last is done. */
  #run(step: () => Promise<void> | void): Promise<void> {
    this.#steps = this.#steps.then(() => this.#take(step));
    return this.#steps;
  }

  async #take(step: () => Promise<void> | void): Promise<void> {
    this.#isBusy = true;
    this.#render();
    try {
      await step();
    } catch (error) {
      this.#calls.refuse(messageOf(error));
    }
    this.#isBusy = false;
    this.#render();
    this.#onStep(this.#conversation);
    void this.#compare();
  }

  #render(): void {
    const path = this.#conversation?.path ?? [];
    const isModern = this.#conversation?.canGoBack === true;
    this.#reference.replaceChildren();
    this.#rounds.replaceChildren(
      ...path.map((turn, index) =>
        printRound(turn, {
          id: `round-${index + 1}`,
          isModern,
          isLast: index === path.length - 1,
          isBusy: this.#isBusy,
          onAnswer: (answers) => void this.#answer(turn, answers),
          onSelect: (branch) => {
            void this.#run(() => this.#conversation?.select(turn, branch));
          },
        }),
      ),
    );
  }

  /** Beside the result of a form: whether native await comes to the same. */
  async #compare(): Promise<void> {
    const conversation = this.#conversation;
    if (conversation === undefined || !conversation.isOver || conversation.form === 'native') return;
    const { isOver, isSameEnd, isSameLog } = await compareWithNative(conversation, this.#options('native'));
    if (conversation !== this.#conversation) return;
    const verdict = (isSame: boolean, what: string): HTMLElement =>
      createElement('span', {
        className: isSame ? 'same' : 'different',
        textContent: `${isSame ? '✓ the same' : '✗ another'} ${what}`,
      });
    this.#reference.replaceChildren(
      'Native await, in one process with the same answers: ',
      ...(isOver
        ? [verdict(isSameEnd, 'result'), verdict(isSameLog, 'effects')]
        : ['goes on and asks for more.']),
    );
  }

  #options(form: Form): ClientOptions {
    return {
      script: this.#script,
      modules: this.#modules?.[form] ?? [],
      stateKey: STATE_KEY,
      capabilities: this.#calls.capabilities,
    };
  }
}
