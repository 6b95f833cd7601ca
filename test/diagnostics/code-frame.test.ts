import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { buildCodeFrame } from '../../diagnostics/code-frame.ts';
import type { FrameMark } from '../../diagnostics/code-frame.ts';
import { computeLineStarts, offsetAt, positionAt } from '../../diagnostics/position.ts';

describe('positions', () => {
  test.each([
    ['\n', 'a\nbc\n'],
    ['\r\n', 'a\r\nbc\r\n'],
    ['\r', 'a\rbc\r'],
  ])('lines ending in %j', (ending, text) => {
    const starts = computeLineStarts(text);
    expect(positionAt(starts, text.indexOf('c'))).toEqual({ line: 2, column: 2 });
    expect(positionAt(starts, text.indexOf(ending))).toEqual({ line: 1, column: 2 });
    expect(positionAt(starts, text.length)).toEqual({ line: 3, column: 1 });
  });

  test('offset → position → offset is the identity, and positions grow with offsets', () => {
    const texts = fc.array(fc.constantFrom('a', 'ü', '😀', '\n', '\r\n', '\r', '\t'), { maxLength: 40 });
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.join('');
        const starts = computeLineStarts(text);
        for (let offset = 0; offset <= text.length; offset++) {
          expect(offsetAt(starts, positionAt(starts, offset))).toBe(offset);
        }
        expect(positionAt(starts, text.length).line).toBe(text.split(/\r\n|\r|\n/).length);
      }),
    );
  });
});

describe('code frames', () => {
  const mark = (text: string, wanted: string, label = '', primary = true): FrameMark => {
    const start = text.indexOf(wanted);
    return { start, end: start + wanted.length, label, primary };
  };
  const render = (text: string, ...marks: FrameMark[]): string[] =>
    buildCodeFrame(text, marks).map(({ lineNumber, text: row, kind }) =>
      kind === 'gap' ? '...' : `${String(lineNumber ?? ' ')}|${row}`,
    );

  test('underlines the marked text', () => {
    const text = 'const a = 1;\nconst r = await ask();\n';
    expect(render(text, mark(text, 'await ask()', 'asks here'))).toEqual([
      '2|const r = await ask();',
      ' |          ^^^^^^^^^^^ asks here',
    ]);
  });

  test('orders marks by place, joins close lines and skips the rest', () => {
    const text = ['const a = 1;', 'one();', 'ask();', 'two();', 'three();', 'use(a);'].join('\n');
    const rows = render(
      text,
      mark(text, 'use(a)', 'used here', false),
      mark(text, 'ask()'),
      mark(text, 'a = 1', 'defined here', false),
    );
    expect(rows).toEqual([
      '1|const a = 1;',
      ' |      ----- defined here',
      '2|one();',
      '3|ask();',
      ' |^^^^^',
      '...',
      '6|use(a);',
      ' |------ used here',
    ]);
  });

  test('two marks in one line show the line once', () => {
    const text = 'f(a, b);';
    expect(render(text, mark(text, 'a', 'first'), mark(text, 'b', 'second', false))).toEqual([
      '1|f(a, b);',
      ' |  ^ first',
      ' |     - second',
    ]);
  });

  test.each([
    ['tabs', '\tx();', '1|    x();', ' |    ^^^'],
    ['wide characters', '"日本" + x();', '1|"日本" + x();', ' |         ^^^'],
    ['combining marks', '"e\u0301" + x();', '1|"e\u0301" + x();', ' |      ^^^'],
    ['emoji', '"👩‍🚀" + x();', '1|"👩‍🚀" + x();', ' |       ^^^'],
  ])('the underline stands below the text after %s', (_what, text, source, underlined) => {
    expect(render(text, mark(text, 'x()'))).toEqual([source, underlined]);
  });

  test('a mark over several lines is underlined to the end of its first line', () => {
    const text = 'a(\r\n  b\r\n);';
    expect(render(text, { start: 0, end: text.length, label: '', primary: true })).toEqual(['1|a(', ' |^^']);
  });

  test('an empty mark and one at the very end still show', () => {
    expect(render('ab', { start: 2, end: 2, label: 'here', primary: true })).toEqual(['1|ab', ' |  ^ here']);
    expect(render('', { start: 0, end: 0, label: '', primary: true })).toEqual(['1|', ' |^']);
  });
});
