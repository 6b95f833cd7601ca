import type { SourceText } from '../analysis/analysis.ts';
import { CodeViewer } from './code-editor.ts';
import { createElement } from './create-element.ts';

/** The files of one form, one at a time. */
export class CodeView {
  readonly panel: HTMLElement;
  readonly #files = createElement('div', { className: 'files' });
  readonly #note = createElement('p', { className: 'note' });
  readonly #viewer: CodeViewer;
  #texts: readonly SourceText[] = [];
  #shown = '';

  constructor() {
    const code = createElement('div', { className: 'code' });
    this.panel = createElement('div', { className: 'code-view' }, this.#files, this.#note, code);
    this.#viewer = new CodeViewer(code);
  }

  /** @param note what to know about it; empty for nothing */
  show(texts: readonly SourceText[], note: string): void {
    this.#texts = texts;
    this.#note.textContent = note;
    this.#note.hidden = note === '';
    this.#files.hidden = texts.length < 2;
    this.#files.replaceChildren(
      ...texts.map(({ name }) =>
        createElement('button', { type: 'button', textContent: name, onclick: () => this.#select(name) }),
      ),
    );
    this.#select(texts.some(({ name }) => name === this.#shown) ? this.#shown : (texts[0]?.name ?? ''));
  }

  #select(name: string): void {
    this.#shown = name;
    for (const button of this.#files.querySelectorAll('button'))
      button.setAttribute('aria-pressed', String(button.textContent === name));
    this.#viewer.show(this.#texts.find((one) => one.name === name)?.text ?? '');
  }
}
