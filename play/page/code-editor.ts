import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

import type { Finding } from '../analysis/analysis.ts';

/** The colours are the variables of the page, so that dark and light need no second theme. */
const HIGHLIGHTING = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null, tags.self, tags.operatorKeyword], color: 'var(--keyword)' },
  { tag: [tags.string, tags.regexp, tags.special(tags.string)], color: 'var(--string)' },
  { tag: tags.number, color: 'var(--number)' },
  { tag: tags.comment, color: 'var(--comment)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.className, tags.function(tags.variableName)], color: 'var(--title)' },
  { tag: tags.function(tags.propertyName), color: 'var(--title)' },
]);

const THEME = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', backgroundColor: 'var(--panel)', color: 'var(--text)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-gutters': {
    backgroundColor: 'var(--panel)',
    color: 'var(--quiet)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--active-line)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selection)',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-tooltip': {
    backgroundColor: 'var(--panel)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
    maxWidth: 'min(36rem, 80vw)',
  },
  '.cm-diagnostic': { padding: '.4rem .7rem', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--left)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-diagnostic-info': { borderLeftColor: 'var(--accent)' },
});

const READING: Extension = [
  lineNumbers(),
  javascript({ typescript: true }),
  syntaxHighlighting(HIGHLIGHTING),
  THEME,
];

/** The editor of the source, with what is to be said about it. Tab leaves it; Ctrl-[ and Ctrl-] indent. */
export class CodeEditor {
  readonly #view: EditorView;

  constructor(parent: Element, label: string, onChange: (text: string) => void) {
    const extensions = [
      READING,
      history(),
      drawSelection(),
      indentOnInput(),
      indentUnit.of('  '),
      bracketMatching(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      lintGutter(),
      keymap.of([
        { key: 'Mod-[', run: indentLess },
        { key: 'Mod-]', run: indentMore },
        ...defaultKeymap,
        ...historyKeymap,
        ...lintKeymap,
      ]),
      EditorView.contentAttributes.of({ 'aria-label': label }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) onChange(state.doc.toString());
      }),
    ];
    this.#view = new EditorView({ parent, extensions });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  set text(text: string) {
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  /** Underlines what findings are about. A place that two forms complain about alike is marked once. */
  mark(findings: readonly Finding[]): void {
    const { length } = this.#view.state.doc;
    const placed = new Map<string, Diagnostic>();
    for (const { code, severity, start, end = start, title, remarks } of findings) {
      if (start === undefined || end === undefined || start > length) continue;
      const message = [title, ...remarks].join('\n');
      const diagnostic = { from: start, to: Math.min(end, length), severity, source: code, message };
      placed.set(`${start} ${code} ${message}`, diagnostic);
    }
    const sorted = [...placed.values()].sort((a, b) => a.from - b.from);
    this.#view.dispatch(setDiagnostics(this.#view.state, sorted));
  }

  focusAt(offset: number): void {
    const anchor = Math.min(offset, this.#view.state.doc.length);
    this.#view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
    });
    this.#view.focus();
  }
}

/** Code to read: it can be focused, selected and scrolled by keyboard, and not changed. */
export class CodeViewer {
  readonly #view: EditorView;

  constructor(parent: Element) {
    const extensions = [READING, EditorState.readOnly.of(true), EditorView.editable.of(false)];
    const attributes = EditorView.contentAttributes.of({ tabindex: '0' });
    this.#view = new EditorView({ parent, extensions: [extensions, attributes] });
  }

  show(text: string): void {
    const { doc } = this.#view.state;
    if (doc.toString() === text) return;
    const { scrollTop } = this.#view.scrollDOM;
    this.#view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
    this.#view.scrollDOM.scrollTop = scrollTop;
  }
}
