import { createElement } from './create-element.ts';

interface Tab {
  readonly button: HTMLButtonElement;
  readonly panel: HTMLElement;
}

/**
 * Tabs as the ARIA Authoring Practices have them: one stop for the Tab key, arrows go from tab to tab, Home and End to the
 * ends.
 */
export class Tabs {
  readonly list: HTMLElement;
  readonly #tabs = new Map<string, Tab>();

  constructor(parent: HTMLElement, label: string) {
    this.list = createElement('div', {
      className: 'tabs',
      attributes: { role: 'tablist', 'aria-label': label },
    });
    this.list.addEventListener('keydown', (event) => this.#move(event));
    parent.append(this.list);
  }

  add(name: string, title: string, panel: HTMLElement): void {
    const button = createElement('button', {
      id: `tab-${name}`,
      type: 'button',
      textContent: title,
      attributes: { role: 'tab', 'aria-controls': `panel-${name}` },
      onclick: () => this.select(name),
    });
    panel.id = `panel-${name}`;
    panel.classList.add('tab-panel');
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', button.id);
    this.list.append(button);
    this.list.after(panel);
    this.#tabs.set(name, { button, panel });
    if (this.#tabs.size === 1) this.select(name);
    else this.#show(button, panel, false);
  }

  select(name: string): void {
    for (const [other, { button, panel }] of this.#tabs) this.#show(button, panel, other === name);
  }

  /** A number beside the title; none for zero. */
  count(name: string, count: number, className: string): void {
    const button = this.#tabs.get(name)?.button;
    button?.querySelector('.count')?.remove();
    if (count > 0)
      button?.append(createElement('span', { className: `count ${className}`, textContent: String(count) }));
  }

  #show(button: HTMLButtonElement, panel: HTMLElement, isSelected: boolean): void {
    button.setAttribute('aria-selected', String(isSelected));
    button.tabIndex = isSelected ? 0 : -1;
    panel.hidden = !isSelected;
  }

  #move(event: KeyboardEvent): void {
    const names = [...this.#tabs.keys()];
    const at = names.findIndex((name) => this.#tabs.get(name)?.button === event.target);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: names.length - 1 }[event.key];
    const name = to === undefined ? undefined : names[(to + names.length) % names.length];
    if (name === undefined) return;
    event.preventDefault();
    this.select(name);
    this.#tabs.get(name)?.button.focus();
  }
}
