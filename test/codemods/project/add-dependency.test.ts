import { expect, test } from 'vitest';

import { addDependency, addScript } from '../../../codemods/project/add-dependency.ts';

const add = (text: string): string => addDependency(text, 'mrtr', '^1.0.0');

test.each([
  [
    'in sorted place',
    '{\n  "dependencies": {\n    "a": "1",\n    "z": "2"\n  }\n}\n',
    '{\n  "dependencies": {\n    "a": "1",\n    "mrtr": "^1.0.0",\n    "z": "2"\n  }\n}\n',
  ],
  [
    'last',
    '{\n  "dependencies": {\n    "a": "1"\n  }\n}',
    '{\n  "dependencies": {\n    "a": "1",\n    "mrtr": "^1.0.0"\n  }\n}',
  ],
  [
    'at the end of an unsorted list',
    '{\n  "dependencies": {\n    "z": "1",\n    "a": "2"\n  }\n}',
    '{\n  "dependencies": {\n    "z": "1",\n    "a": "2",\n    "mrtr": "^1.0.0"\n  }\n}',
  ],
  [
    'with tabs and CRLF',
    '{\r\n\t"dependencies": {\r\n\t\t"a": "1"\r\n\t}\r\n}\r\n',
    '{\r\n\t"dependencies": {\r\n\t\t"a": "1",\r\n\t\t"mrtr": "^1.0.0"\r\n\t}\r\n}\r\n',
  ],
  [
    'into an empty list',
    '{\n  "dependencies": {}\n}',
    '{\n  "dependencies": {\n    "mrtr": "^1.0.0"\n  }\n}',
  ],
  [
    'as a new list before devDependencies',
    '{\n    "name": "n",\n    "devDependencies": {}\n}',
    '{\n    "name": "n",\n    "dependencies": {\n        "mrtr": "^1.0.0"\n    },\n    "devDependencies": {}\n}',
  ],
  [
    'as a new list at the end',
    '{\n  "name": "n"\n}\n',
    '{\n  "name": "n",\n  "dependencies": {\n    "mrtr": "^1.0.0"\n  }\n}\n',
  ],
  ['into an empty file', '{}\n', '{\n  "dependencies": {\n    "mrtr": "^1.0.0"\n  }\n}\n'],
  ['into compact JSON', '{"dependencies":{"a":"1"}}', '{"dependencies":{"a":"1","mrtr": "^1.0.0"}}'],
])('the dependency goes in %s', (_where, text, expected) => {
  expect(add(text)).toBe(expected);
  expect(JSON.parse(add(text))).toMatchObject({ dependencies: { mrtr: '^1.0.0' } });
  expect(add(add(text))).toBe(add(text));
});

test.each(['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'])(
  '%s that name it stay',
  (field) => {
    const text = JSON.stringify({ [field]: { mrtr: 'workspace:*' } });
    expect(add(text)).toBe(text);
  },
);

test.each(['', '[]', '"text"'])('%j, which is no manifest, is left alone', (text) => {
  expect(add(text)).toBe(text);
});

test.each([
  [
    '{\n  "scripts": {\n    "test": "vitest",\n    "build": "tsc"\n  }\n}\n',
    '"build": "tsc",\n    "check:mrtr": "mrtr check"\n  }',
  ],
  ['{\n  "name": "n"\n}\n', '"name": "n",\n  "scripts": {\n    "check:mrtr": "mrtr check"\n  }\n}'],
])('a script is added once: %j', (text, expected) => {
  const added = addScript(text, 'check:mrtr', 'mrtr check');
  expect(added).toContain(expected);
  expect(addScript(added, 'check:mrtr', 'mrtr check')).toBe(added);
  const own = text.replace('"tsc"', '"tsc && mrtr check ."');
  if (own !== text) expect(addScript(own, 'check:mrtr', 'mrtr check')).toBe(own);
});
