import hljs from 'highlight.js/lib/core';
import typescript from 'highlight.js/lib/languages/typescript';

hljs.registerLanguage('typescript', typescript);

/** Each line of a source as HTML; what spans lines, such as a comment, is closed and opened again at their ends. */
export function highlightLines(text: string): readonly string[] {
  const html = hljs.highlight(text, { language: 'typescript', ignoreIllegals: true }).value;
  const open: string[] = [];
  return html.split('\n').map((line) => {
    const before = open.join('');
    for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) {
      if (tag === '</span>') open.pop();
      else open.push(tag);
    }
    return before + line.replace(/\r$/, '') + '</span>'.repeat(open.length);
  });
}
