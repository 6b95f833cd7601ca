import type { Finding } from '../analysis/analysis.ts';
import { createElement } from './create-element.ts';
import { inlineCode } from './inline-code.ts';

const ABOUT = { native: 'the source', readable: 'the migrated form', compiled: 'the compiled form' } as const;

/** Everything that is to be said about the source; each entry leads to its place in the editor. */
export function printFindings(
  findings: readonly Finding[],
  source: string,
  goTo: (offset: number) => void,
): HTMLElement {
  if (findings.length === 0)
    return createElement('p', {
      className: 'empty',
      textContent: 'Nothing to say: every handler that asks is migrated.',
    });
  return createElement(
    'ul',
    { className: 'findings' },
    findings.map((one) => printFinding(one, source, goTo)),
  );
}

function printFinding(
  { code, severity, form, start, title, remarks }: Finding,
  source: string,
  goTo: (offset: number) => void,
): HTMLElement {
  const line = start === undefined ? undefined : source.slice(0, start).split('\n').length;
  const place =
    start === undefined
      ? undefined
      : createElement('button', {
          type: 'button',
          className: 'place',
          textContent: `line ${line}`,
          onclick: () => goTo(start),
        });
  return createElement(
    'li',
    { className: severity },
    createElement(
      'p',
      {},
      createElement('strong', { textContent: code }),
      createElement('span', { className: `badge ${severity}`, textContent: severity }),
      createElement('span', { className: 'quiet', textContent: `about ${ABOUT[form]}` }),
      place,
    ),
    createElement('p', {}, inlineCode(title)),
    remarks.map((remark) => createElement('p', { className: 'remark' }, inlineCode(remark))),
  );
}
