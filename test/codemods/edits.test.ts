import { expect, test } from 'vitest';

import { applyEdits } from '../../codemods/edits.ts';

test('edits are applied by their offsets, whatever their order', () => {
  const edits = [
    { start: 4, end: 5, newText: 'E' },
    { start: 0, end: 1, newText: 'A' },
    { start: 2, end: 2, newText: '1' },
    { start: 2, end: 2, newText: '2' },
  ];
  expect(applyEdits('abcdef', edits)).toBe('Ab12cdEf');
});

test('an edit may begin where the one before ends', () => {
  const edits = [
    { start: 0, end: 2, newText: 'x' },
    { start: 2, end: 2, newText: '-' },
    { start: 2, end: 3, newText: 'y' },
  ];
  expect(applyEdits('abcd', edits)).toBe('x-yd');
});

test('offsets count UTF-16 units, and line ends stay', () => {
  expect(applyEdits('😀\r\nb', [{ start: 4, end: 5, newText: 'c' }])).toBe('😀\r\nc');
});

test('overlapping edits are a bug', () => {
  const edits = [
    { start: 0, end: 3, newText: 'x' },
    { start: 2, end: 4, newText: 'y' },
  ];
  expect(() => applyEdits('abcdef', edits)).toThrow(RangeError);
});
