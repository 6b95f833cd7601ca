import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { expect, onTestFinished, test } from 'vitest';

import { linkPackages } from '../codemods/project/temporary-project.ts';
import { createScratchServer, drive, EXPECTED, ourFile, runNode, tsConfig } from './scratch-server.ts';

const PLUGINS = [{ transform: 'mrtr/ts-patch', transformProgram: true }];

function createPatchedProject(options: Readonly<Record<string, unknown>>, type = 'module'): string {
  const dir = createScratchServer(
    {
      'package.json': JSON.stringify({ name: 'scratch', type }),
      'tsconfig.json': tsConfig({ ...options, plugins: PLUGINS }),
    },
    'typescript5',
  );
  linkPackages(dir, { 'ts-patch': 'ts-patch' });
  return dir;
}

test.each([
  ['ES modules', {}, 'module'],
  ['CommonJS, incremental', { noCheck: true, incremental: true }, 'commonjs'],
])('tspc compiles what it emits: %s', async (_format, options, type) => {
  const dir = createPatchedProject(options, type);
  await runNode(dir, ourFile('ts-patch/bin/tspc.js'), '-p', '.');
  await expect(drive(dir, 'dist/server.js')).resolves.toEqual(EXPECTED);
});

test('tspc reports what cannot be compiled, in the source', async () => {
  const dir = createPatchedProject({ noCheck: true });
  const text = `import { resumable } from 'mrtr/runtime';\ntype A = string;\nexport const h = resumable(elsewhere);\n`;
  writeFileSync(join(dir, 'src/confirm.ts'), text);
  await expect(runNode(dir, ourFile('ts-patch/bin/tspc.js'), '-p', '.', '--pretty', 'false')).rejects.toThrow(
    /src\/confirm\.ts\(3,28\): error TS91503: MRTR1503: /,
  );
});

/** What of a message of tsserver is looked at. */
interface ServerMessage {
  readonly event?: string;
  readonly body?: { readonly file: string; readonly diagnostics: readonly EditorDiagnostic[] };
}

interface EditorDiagnostic {
  readonly start: { readonly line: number; readonly offset: number };
  readonly text: string;
  readonly category: string;
  readonly source?: string;
  readonly code?: number;
}

/** Opens a file in a real tsserver and asks for its errors, as an editor does. */
async function diagnosticsInEditor(
  dir: string,
  tsserver: string,
  path: string,
): Promise<readonly EditorDiagnostic[]> {
  const file = join(dir, path);
  const server = spawn(
    process.execPath,
    [ourFile(tsserver), '--disableAutomaticTypingAcquisition', '--allowLocalPluginLoads'],
    {
      cwd: dir,
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  onTestFinished(() => void server.kill());
  const send = (command: string, args: object): void => {
    server.stdin.write(`${JSON.stringify({ seq: 0, type: 'request', command, arguments: args })}\n`);
  };
  send('open', { file });
  send('geterr', { files: [file], delay: 0 });
  for await (const line of createInterface(server.stdout)) {
    if (!line.startsWith('{')) continue;
    const { event, body } = JSON.parse(line) as ServerMessage;
    if (event === 'semanticDiag' && body?.file === file) return body.diagnostics;
  }
  throw new Error('tsserver ended before it answered');
}

test.each(['typescript5/bin/tsserver', 'typescript/bin/tsserver'])(
  'an editor shows what cannot be compiled: %s',
  async (tsserver) => {
    const plugins = [{ name: 'mrtr/ts-plugin' }];
    const dir = createScratchServer({ 'tsconfig.json': tsConfig({ plugins }) });
    const text = `import { resumable } from 'mrtr/runtime';
const elsewhere = async (): Promise<number> => 1;
export const good = resumable(async (): Promise<number> => 1);
export const bad = resumable(elsewhere);
`;
    writeFileSync(join(dir, 'src/confirm.ts'), text);
    expect(await diagnosticsInEditor(dir, tsserver, 'src/confirm.ts')).toEqual([
      expect.objectContaining({
        start: { line: 4, offset: 30 },
        text: expect.stringContaining('MRTR1503: '),
        category: 'error',
        source: 'mrtr',
        code: 1503,
      }),
    ]);
  },
);
