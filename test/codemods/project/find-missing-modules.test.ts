import { expect, test } from 'vitest';

import { migrateProject } from '../../../codemods/migrate.ts';
import { createProject } from './temporary-project.ts';

const server = (
  imports: string,
  body: string,
): string => `import { McpServer } from '@modelcontextprotocol/server';
${imports}
export const server = new McpServer({ name: 's', version: '1' });
server.registerTool('run', {}, async () => { ${body} return { content: [] }; });
`;

test('handlers that await what is not there are reported, whether or not a configuration includes them', async () => {
  const dir = createProject({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': '{ "compilerOptions": { "module": "nodenext" }, "include": ["src"] }',
    'src/there.ts': 'export const there = async () => {};\n',
    'src/page.html': '',
    'src/server.ts': server(`import { make, unused } from './generated.js';`, 'await make();'),
    'src/whole.ts': server(
      `import { there } from './there.js';\nimport page from './page.html';\nimport type { T } from './types.js';\nimport { later, load } from './later.js';\nawait load();`,
      'await there(); await page(); later();',
    ),
    'drafts/server.ts': server(
      `import * as api from './api.js';\nimport rest from '../rest.js';`,
      'await api.plugins.create(); await rest();',
    ),
    'test/server.ts': server(`import { make } from './generated.js';`, 'await make();'),
  });
  const { diagnostics, files } = await migrateProject({ dir, codec: 'mrtr' });
  expect(files.size).toBe(0);
  expect(diagnostics.map(({ code, title, span, notes }) => [code, span?.file, title, notes])).toEqual([
    ['MRTR1024', 'src/server.ts', expect.stringContaining('`./generated.js`'), []],
    [
      'MRTR1024',
      'drafts/server.ts',
      expect.stringContaining('`./api.js`'),
      ['`../rest.js` is not there either'],
    ],
  ]);
});
