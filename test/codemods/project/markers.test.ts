import { expect, test } from 'vitest';

import { findMarkers, writeMarkers } from '../../../codemods/project/markers.ts';
import { diag } from '../../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';

const TEXT = [
  `server.registerTool('a', config, async () => {`,
  `  // eslint-disable-next-line no-await-in-loop`,
  `  const answer = await ask();`,
  `  return text(answer);`,
  `});`,
  ``,
].join('\n');

function left(text: string, at = 'await ask'): Diagnostic {
  const start = text.indexOf(at);
  return diag.ownRequestState({ file: 'a.ts', start, end: start + 5 });
}

const mark = (before: string, after = before, found = [left(before)]): string =>
  writeMarkers('a.ts', before, after, found);

test('a marker stands above the statement, and above what rules its line', () => {
  const marked = mark(TEXT);
  expect(marked.split('\n')[1]).toMatch(/^ {2}\/\* @mrtr-todo MRTR4001 this server already .* \*\/$/);
  expect(marked.split('\n').toSpliced(1, 1).join('\n')).toBe(TEXT);
  expect(findMarkers(marked)).toMatchObject([{ code: 'MRTR4001', start: marked.indexOf('/*') }]);
});

test('a second run changes nothing, and a solved marker goes', () => {
  const marked = mark(TEXT);
  expect(mark(marked)).toBe(marked);
  expect(mark(marked, marked, [])).toBe(TEXT);
});

test('a marker that says something else by now is replaced', () => {
  const old = mark(TEXT).replace('already', 'once');
  expect(mark(old)).toBe(mark(TEXT));
});

test('a place is found again in a text that was rewritten around it and indented', () => {
  const after = `function createServer() {\n${TEXT.trimEnd().replaceAll(/^/gm, '  ')}\n}\n`;
  expect(mark(TEXT, after).split('\n')[2]).toMatch(/^ {4}\/\* @mrtr-todo/);
  const gone = after.replace('const answer = await ask();', 'const answer = asked;');
  expect(mark(TEXT, gone)).toBe(gone);
});

test('line ends stay, and a template literal is not written into', () => {
  const crlf = TEXT.replaceAll('\n', '\r\n');
  expect(mark(crlf).replaceAll('\r\n', '')).not.toContain('\n');
  const template = 'const a = `\n${await ask()}\n`;\n';
  expect(mark(template)).toMatch(/^\/\* @mrtr-todo .*\nconst a = `\n\$\{await ask/);
});
