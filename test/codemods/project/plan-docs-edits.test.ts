import { join } from 'node:path';

import { expect, test } from 'vitest';

import { planDocsEdits } from '../../../codemods/project/plan-docs-edits.ts';
import { createProject } from './temporary-project.ts';

const MODULE = { before: '', after: 'export const requestState = createRequestState();\n' };

test('the package of the request-state module gets the variable, in the line endings of its files', () => {
  const dir = createProject({
    'packages/a/package.json': '{}',
    'packages/a/README.md': '# A\r\n\r\nText without an end',
    'packages/a/.env.example': 'PORT=3000\n',
  });
  const edits = planDocsEdits(dir, new Map([[join(dir, 'packages/a/src/request-state.ts'), MODULE]]));
  const readme = edits.get(join(dir, 'packages/a/README.md'))?.after ?? '';
  expect(readme).toMatch(
    /^# A\r\n\r\nText without an end\r\n\r\n## State key\r\n\r\n.*MRTR_STATE_KEY.*\r\n$/,
  );
  expect(edits.get(join(dir, 'packages/a/.env.example'))?.after).toMatch(
    /^PORT=3000\n\n# .*\n# .*\nMRTR_STATE_KEY=\n$/,
  );
  expect(edits.size).toBe(2);
});

test('files are made where there are none; a file that names the variable stays', () => {
  const dir = createProject({ 'package.json': '{}', 'README.md': 'Set MRTR_STATE_KEY.\n' });
  const edits = planDocsEdits(dir, new Map([[join(dir, 'request-state.ts'), MODULE]]));
  expect([...edits].map(([path, { before }]) => [path, before])).toEqual([[join(dir, '.env.example'), '']]);
});

test('a migration without a new request-state module tells nothing', () => {
  const dir = createProject({ 'package.json': '{}' });
  const changed = { before: 'createRequestState();', after: 'createRequestState(options);' };
  expect(planDocsEdits(dir, new Map([[join(dir, 'request-state.ts'), changed]])).size).toBe(0);
});
