import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, expect, test } from 'vitest';

import { replaceTexts } from '../../../engine/syntax/replace-texts.ts';
import { ts } from '../../../engine/syntax/ts.ts';

let root: string | undefined;
afterEach(() => root && rmSync(root, { recursive: true, force: true }));

function project(files: Readonly<Record<string, string>>): string {
  root = mkdtempSync(join(tmpdir(), 'mrtr-replace-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

test('a package that is installed twice in one version', () => {
  const twice = (place: string): Record<string, string> => ({
    [`${place}/package.json`]: '{ "name": "twice", "version": "1.0.0", "types": "index.d.ts" }',
    [`${place}/index.d.ts`]: 'export declare class Twice { private own: number }',
  });
  const directory = project({
    ...twice('node_modules/twice'),
    ...twice('node_modules/other/node_modules/twice'),
    'node_modules/other/package.json': '{ "name": "other", "version": "1.0.0", "types": "index.d.ts" }',
    'node_modules/other/index.d.ts':
      "import { Twice } from 'twice';\nexport declare function make(): Twice;\n",
    'main.ts':
      "import { Twice } from 'twice';\nimport { make } from 'other';\nexport const one: Twice = make();\n",
  });
  const main = join(directory, 'main.ts');
  const program = ts.createProgram([main], {
    strict: true,
    moduleResolution: ts.ModuleResolutionKind.Node10,
  });
  const replaced = replaceTexts(program, new Map([[main, "import { make } from 'other';\nmake().own;\n"]]));
  expect(
    replaced.getSemanticDiagnostics(replaced.getSourceFile(main)).map(({ messageText }) => messageText),
  ).toEqual([expect.stringContaining("'own' is private")]);
});
