import type { Analysis } from '../analysis/analysis.ts';
import type { Conversation } from '../client/conversation.ts';
import { AnalysisService } from './analysis-service.ts';
import { ClientView } from './client-view.ts';
import { CodeEditor } from './code-editor.ts';
import { CodeView } from './code-view.ts';
import { createElement } from './create-element.ts';
import { printFindings } from './findings-view.ts';
import { markPhase, printMachines } from './machine-view.ts';
import { toHash } from './share-link.ts';
import { Tabs } from './tabs.ts';

export interface Assets {
  readonly examples: readonly { readonly title: string; readonly text: string }[];
  /** See `server/worker.ts`. */
  readonly serverScript: string;
}

/** How long a pause in typing is before the text is analysed. */
const PAUSE = 250;

const NOT_MIGRATED = 'Nothing was migrated. The diagnostics say why.';
const COMPILED = 'The handlers marked by resumable(…), as the build step compiles them.';

/** The page: the source at the left, what becomes of it at the right. */
export class Playground {
  readonly #document: Document;
  readonly #status: HTMLElement;
  readonly #tabs: Tabs;
  readonly #readable = new CodeView();
  readonly #compiled = new CodeView();
  readonly #machines = createElement('div', { className: 'machines' });
  readonly #findings = createElement('div', { className: 'all-findings' });
  readonly #client: ClientView;
  readonly #editor: CodeEditor;
  readonly #service: AnalysisService;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(document: Document, { examples, serverScript }: Assets) {
    this.#document = document;
    this.#status = this.#find('status');
    this.#client = new ClientView(serverScript, (conversation) => this.#showPhase(conversation));
    this.#tabs = new Tabs(this.#find('output'), 'What becomes of the source');
    this.#tabs.add('client', 'Client', this.#client.panel);
    this.#tabs.add('migrated', 'Migrated', this.#readable.panel);
    this.#tabs.add('compiled', 'Compiled', this.#compiled.panel);
    this.#tabs.add('machine', 'State machine', this.#machines);
    this.#tabs.add('diagnostics', 'Diagnostics', this.#findings);
    this.#editor = new CodeEditor(this.#find('editor'), 'Source of the server', () => this.#changed());
    this.#service = new AnalysisService(
      'analysis.js',
      (analysis, source) => this.#show(analysis, source),
      (reason) => this.#tell(`This is a bug of mrtr: ${reason}`),
    );
    this.#offerExamples(examples);
    this.#find('share').addEventListener('click', () => void this.#share());
  }

  open(source: string): void {
    this.#editor.text = source;
  }

  #find(id: string): HTMLElement {
    const element = this.#document.getElementById(id);
    if (element === null) throw new Error(`the page has no #${id}`);
    return element;
  }

  #tell(message: string): void {
    this.#status.textContent = message;
  }

  #changed(): void {
    this.#tell('…');
    this.#client.wait();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#service.analyse(this.#editor.text), PAUSE);
  }

  #show(analysis: Analysis, source: string): void {
    const { findings, handlers, texts, modules, milliseconds } = analysis;
    this.#tell(`analysed in ${Math.round(milliseconds)} ms`);
    this.#editor.mark(findings);
    this.#readable.show(texts.readable, texts.readable[0]?.text === source ? NOT_MIGRATED : '');
    this.#compiled.show(texts.compiled, texts.compiled[0]?.text === source ? NOT_MIGRATED : COMPILED);
    this.#machines.replaceChildren(...printMachines(handlers));
    this.#findings.replaceChildren(printFindings(findings, source, (offset) => this.#editor.focusAt(offset)));
    const isWrong = findings.some(({ severity }) => severity === 'error');
    this.#tabs.count('diagnostics', findings.length, isWrong ? 'error' : 'warning');
    void this.#client.update(modules);
  }

  #showPhase(conversation: Conversation | undefined): void {
    const last = conversation?.path.at(-1)?.round;
    const step = last?.state?.description.variables.find(({ name }) => name === 'step')?.value;
    const phase = step?.replaceAll("'", '') ?? (last === undefined ? undefined : 'result');
    markPhase(this.#machines, String(conversation?.call.params['name']), phase);
  }

  #offerExamples(examples: Assets['examples']): void {
    const choice = this.#find('examples') as HTMLSelectElement;
    choice.append(
      ...examples.map(({ title }, index) =>
        createElement('option', { value: String(index), textContent: title }),
      ),
    );
    choice.addEventListener('change', () => {
      const example = examples[Number(choice.value)];
      if (example !== undefined) this.open(example.text);
    });
  }

  async #share(): Promise<void> {
    const hash = await toHash(this.#editor.text);
    history.replaceState(null, '', hash);
    try {
      await navigator.clipboard.writeText(location.href);
      this.#tell('The link is in the address bar and on the clipboard.');
    } catch {
      this.#tell('The link is in the address bar.');
    }
  }
}
