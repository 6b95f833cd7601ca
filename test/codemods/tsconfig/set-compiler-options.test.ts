import { describe, expect, test } from 'vitest';

import { setCompilerOptions } from '../../../codemods/tsconfig/set-compiler-options.ts';

const setBundler = (text: string): string | undefined =>
  setCompilerOptions(text, { moduleResolution: 'bundler' })?.after;

describe('an option that is there', () => {
  test('gets another value, and every other byte stays', () => {
    const text =
      '\uFEFF{\r\n\t// how\r\n\t"compilerOptions": { "moduleResolution": /* old */ "node", "strict": true, },\r\n}\r\n';
    expect(setBundler(text)).toBe(text.replace('"node"', '"bundler"'));
  });

  test('is the last one of its name, which is the one that counts', () => {
    expect(setBundler('{"compilerOptions":{"moduleResolution":"node","moduleResolution":"node10"}}')).toBe(
      '{"compilerOptions":{"moduleResolution":"node","moduleResolution":"bundler"}}',
    );
  });
});

describe('an option that is not there', () => {
  test.each([
    [
      'on a line of its own, behind the comment of the line before',
      '{\n  "compilerOptions": {\n    "module": "es2022" // for rollup\n  }\n}\n',
      '{\n  "compilerOptions": {\n    "module": "es2022", // for rollup\n    "moduleResolution": "bundler"\n  }\n}\n',
    ],
    [
      'with a comma at the end where the others have one',
      '{\r\n\t"compilerOptions": {\r\n\t\t"module": "es2022", /* for rollup */\r\n\t\t// more\r\n\t},\r\n}',
      '{\r\n\t"compilerOptions": {\r\n\t\t"module": "es2022", /* for rollup */\r\n\t\t"moduleResolution": "bundler",\r\n\t\t// more\r\n\t},\r\n}',
    ],
    [
      'on the same line in compact JSON',
      '{ "compilerOptions": { "module": "es2022", } }',
      '{ "compilerOptions": { "module": "es2022", "moduleResolution": "bundler", } }',
    ],
    [
      'before a comma that has a line of its own',
      '{\n  "compilerOptions": {\n    "module": "es2022"\n    , }\n}',
      '{\n  "compilerOptions": {\n    "module": "es2022", "moduleResolution": "bundler"\n    , }\n}',
    ],
    [
      'in an empty object',
      '{ "compilerOptions": {} }',
      '{ "compilerOptions": { "moduleResolution": "bundler" } }',
    ],
    [
      'in an object of its own where the file only extends another',
      '{\n  "extends": "./base.json"\n}\n',
      '{\n  "extends": "./base.json",\n  "compilerOptions": { "moduleResolution": "bundler" }\n}\n',
    ],
    ['in an empty file', '{}', '{ "compilerOptions": { "moduleResolution": "bundler" } }'],
  ])('is written %s', (_where, before, after) => {
    expect(setBundler(before)).toBe(after);
  });
});

test('some of the options may be there', () => {
  const before = '{\n  "compilerOptions": {\n    "module": "commonjs",\n    "strict": true\n  }\n}\n';
  const edit = setCompilerOptions(before, { module: 'node16', moduleResolution: 'node16' });
  expect(edit?.after).toBe(
    '{\n  "compilerOptions": {\n    "module": "node16",\n    "strict": true,\n    "moduleResolution": "node16"\n  }\n}\n',
  );
  expect(before.slice(edit?.start, edit?.end)).toBe('"commonjs"');
});

test.each(['', '[]', '{ "compilerOptions": 1 }'])('%j is no configuration to change', (text) => {
  expect(setBundler(text)).toBeUndefined();
});
