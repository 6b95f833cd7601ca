import { expect, test } from 'vitest';

import { applyEdits, type ImportRequest } from '../../codemods/edits.ts';
import { mergeImports } from '../../codemods/imports.ts';
import { ts } from '../../engine/syntax/ts.ts';

const STYLE = { quote: "'", semicolon: ';', eol: '\n' };

function merge(text: string, requests: readonly ImportRequest[], style = STYLE): string {
  const file = ts.createSourceFile('a.ts', text, ts.ScriptTarget.ES2023, true);
  return applyEdits(text, mergeImports(file, requests, style));
}

const value = (name: string, module = 'm'): ImportRequest => ({ module, name, typeOnly: false });
const type = (name: string, module = 'm'): ImportRequest => ({ module, name, typeOnly: true });

test.each<readonly [name: string, before: string, requests: readonly ImportRequest[], after: string]>([
  ['joins an import', "import { a } from 'm';\n", [value('b')], "import { a, b } from 'm';\n"],
  ['is there already', "import { a } from 'm';\n", [value('a'), type('a')], "import { a } from 'm';\n"],
  ['a type joins values', "import { a } from 'm';\n", [type('T')], "import { a, type T } from 'm';\n"],
  ['a type joins types', "import type { S } from 'm';\n", [type('T')], "import type { S, T } from 'm';\n"],
  [
    'a value does not join types',
    "import type { S } from 'm';\n",
    [value('b')],
    "import type { S } from 'm';\nimport { b } from 'm';\n",
  ],
  ['a value request wins over a type request', '', [type('a'), value('a')], "import { a } from 'm';\n"],
  ['types alone', '', [type('T'), type('S')], "import type { S, T } from 'm';\n"],
  [
    'one name a line stays so',
    "import {\n  a,\n} from 'm';\n",
    [value('b')],
    "import {\n  a,\n  b,\n} from 'm';\n",
  ],
  [
    'a namespace cannot take names',
    "import * as all from 'm';\n",
    [value('b')],
    "import * as all from 'm';\nimport { b } from 'm';\n",
  ],
  [
    'an alias is another name',
    "import { a as b } from 'm';\n",
    [value('a')],
    "import { a as b, a } from 'm';\n",
  ],
  [
    'beside its kind, after the comment of the line',
    "import { p } from 'p'; // p\nimport { l } from './l';\n\nrun();\n",
    [value('a'), value('s', './s')],
    "import { p } from 'p'; // p\nimport { a } from 'm';\nimport { l } from './l';\nimport { s } from './s';\n\nrun();\n",
  ],
  [
    'after a shebang',
    '#!/usr/bin/env node\nrun();\n',
    [value('a')],
    "#!/usr/bin/env node\nimport { a } from 'm';\n\nrun();\n",
  ],
])('%s', (_, before, requests, after) => {
  const merged = merge(before, requests);
  expect(merged.replace(/\n\n+/g, '\n')).toBe(after.replace(/\n\n+/g, '\n'));
  expect(merge(merged, requests), 'a second run').toBe(merged);
});

test('the style of the file is kept', () => {
  expect(merge('import { p } from "p"\r\n', [value('a')], { quote: '"', semicolon: '', eol: '\r\n' })).toBe(
    'import { p } from "p"\r\nimport { a } from "m"\r\n',
  );
});
