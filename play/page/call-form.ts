import { messageOf, ModernClient, type ClientOptions } from '../client/modern-client.ts';
import type { Call } from '../client/round.ts';
import { createElement } from './create-element.ts';
import { sampleOf } from './sample-arguments.ts';

/** Something that the server offers and that a client can call. */
interface Offer {
  readonly label: string;
  readonly call: Call;
}

const CAPABILITIES: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['elicitation', { form: {}, url: {} }],
  ['sampling', {}],
  ['roots', {}],
];

/** Chooses what to call, with which arguments, and what the client can do. */
export class CallForm {
  readonly element: HTMLFormElement;
  readonly #offered = createElement('select', { id: 'call' });
  readonly #arguments = createElement('textarea', { id: 'arguments', rows: 2, spellcheck: false });
  readonly #start = createElement('button', { type: 'submit', className: 'primary', textContent: 'Call' });
  readonly #problem = createElement('p', { className: 'problem', attributes: { role: 'alert' } });
  readonly #boxes = CAPABILITIES.map(([name, value]) => ({
    name,
    value,
    box: createElement('input', { type: 'checkbox', id: `can-${name}`, checked: true }),
  }));
  #offers: readonly Offer[] = [];
  #known = '';
  #newest: ClientOptions | undefined;

  constructor(onCall: (call: Call) => Promise<void>) {
    const abilities = this.#boxes.map(({ name, box }) =>
      createElement('span', {}, box, createElement('label', { htmlFor: box.id, textContent: name })),
    );
    this.element = createElement(
      'form',
      { className: 'call', noValidate: true },
      createElement(
        'p',
        { className: 'field' },
        createElement('label', { htmlFor: 'call', textContent: 'Call' }),
        this.#offered,
      ),
      createElement(
        'p',
        { className: 'field grow' },
        createElement('label', { htmlFor: 'arguments', textContent: 'Arguments' }),
        this.#arguments,
      ),
      createElement(
        'p',
        { className: 'abilities' },
        createElement('span', { className: 'quiet', textContent: 'The client can' }),
        abilities,
      ),
      this.#start,
      this.#problem,
    );
    this.#offered.addEventListener('change', () => this.#fill());
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      const call = this.#read();
      if (call !== undefined) void onCall(call);
    });
  }

  get capabilities(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      this.#boxes.flatMap(({ name, value, box }) => (box.checked ? [[name, value]] : [])),
    );
  }

  /** Says why nothing can be called, or why a call failed. */
  refuse(reason: string): void {
    this.#problem.textContent = reason;
  }

  /** Nothing can be called until the server has been asked again what it offers. */
  wait(): void {
    this.#start.disabled = true;
  }

  /** Asks the server what it offers. What was chosen and written before stays where it is still offered. */
  async update(options: ClientOptions): Promise<void> {
    this.#newest = options;
    this.refuse('');
    let offers: readonly Offer[] = [];
    try {
      offers = await listOffers(new ModernClient(options));
    } catch (error) {
      if (options === this.#newest) this.refuse(messageOf(error));
    }
    if (options === this.#newest) this.#offer(offers);
  }

  #offer(offers: readonly Offer[]): void {
    this.#offers = offers;
    const known = JSON.stringify(this.#offers);
    this.#start.disabled = this.#offers.length === 0;
    if (known === this.#known) return;
    this.#known = known;
    const before = this.#offered.value;
    this.#offered.replaceChildren(
      ...this.#offers.map(({ label }) => createElement('option', { value: label, textContent: label })),
    );
    if (this.#offers.some(({ label }) => label === before)) this.#offered.value = before;
    this.#fill();
  }

  #fill(): void {
    const offer = this.#offers[this.#offered.selectedIndex];
    this.#arguments.value = JSON.stringify(offer?.call.params['arguments'] ?? {});
  }

  #read(): Call | undefined {
    const offer = this.#offers[this.#offered.selectedIndex];
    if (offer === undefined) return undefined;
    try {
      const given: unknown = JSON.parse(this.#arguments.value || '{}');
      this.refuse('');
      return { method: offer.call.method, params: { ...offer.call.params, arguments: given } };
    } catch (error) {
      this.refuse(`The arguments are not JSON: ${messageOf(error)}`);
      return undefined;
    }
  }
}

interface Listed {
  readonly name: string;
  readonly inputSchema?: unknown;
  readonly arguments?: readonly { readonly name: string }[];
}

/** The tools, else the prompts: a server that has none of the one answers with an error. */
async function listOffers(client: ModernClient): Promise<readonly Offer[]> {
  const offers: Offer[] = [];
  const tools = (await client.list('tools/list', 'tools')) as readonly Listed[];
  for (const { name, inputSchema } of tools)
    offers.push({
      label: name,
      call: { method: 'tools/call', params: { name, arguments: sampleOf(inputSchema) } },
    });
  const prompts = (await client.list('prompts/list', 'prompts')) as readonly Listed[];
  for (const { name, arguments: named = [] } of prompts) {
    const given = Object.fromEntries(named.map((argument) => [argument.name, '']));
    offers.push({
      label: `${name} (prompt)`,
      call: { method: 'prompts/get', params: { name, arguments: given } },
    });
  }
  return offers;
}
