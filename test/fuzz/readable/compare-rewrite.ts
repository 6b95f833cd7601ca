import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { McpServer } from '@modelcontextprotocol/server';
import { Project } from 'ts-morph';

import { rewriteFiles } from '../../../codemods/await-to-mrtr/rewrite-files.ts';
import { SourceText } from '../../../codemods/await-to-mrtr/source-text.ts';
import { applyEdits } from '../../../codemods/edits.ts';
import { mergeImports } from '../../../codemods/imports.ts';
import { wireStateCodec } from '../../../codemods/state-codec/wire-state-codec.ts';
import { behave, type Behaviour } from '../../harness/behaviours.ts';
import {
  createLegacyClient,
  createModernClient,
  type ScriptedClient,
} from '../../harness/scripted-client.ts';
import { effects } from './effects.ts';
import { createRandom, generateModule } from './generate-handlers.ts';

export interface Comparison {
  readonly compared: number;
  readonly migrated: number;
  /** Handlers left as they are, by diagnostic code. */
  readonly diagnosed: Readonly<Record<string, number>>;
  readonly typeErrors: readonly string[];
  /** The first handler that behaves differently, with both transcripts. */
  readonly difference:
    { readonly tool: string; readonly original: unknown; readonly rewritten: unknown } | undefined;
  readonly source: string;
  readonly rewritten: string;
}

const BEHAVIOURS: readonly Behaviour[] = ['accept', 'decline', 'cancel', 'invalid', 'empty'];
const SCRIPTS_PER_TOOL = 4;

/** Generates a module, rewrites it, and drives every migrated tool of both through the real client and server. */
export async function compareRewrite(seed: number, tools: number): Promise<Comparison> {
  const here = dirname(fileURLToPath(import.meta.url));
  // Beside the modules it imports, so that the imports resolve as in a project.
  mkdirSync(join(here, '.work'), { recursive: true });
  const folder = mkdtempSync(join(here, '.work', `seed-${seed}-`));
  try {
    const source = generateModule(seed, tools).replace("'./effects.ts'", "'../../effects.ts'");
    const [input, output] = [join(folder, 'input.ts'), join(folder, 'output.ts')];
    writeFileSync(input, source);
    const { text, migrated, diagnosed } = rewriteFile(input);
    writeFileSync(output, text);
    const typeErrors = without(typeErrorsOf(output), typeErrorsOf(input));
    const difference = await findDifference(input, output, migrated, seed);
    return {
      compared: tools,
      migrated: migrated.length,
      diagnosed,
      typeErrors,
      difference,
      source,
      rewritten: text,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function loadProject(path: string): Project {
  const project = new Project({
    tsConfigFilePath: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)),
    skipAddingFilesFromTsConfig: true,
  });
  project.addSourceFileAtPath(path);
  project.resolveSourceFileDependencies();
  return project;
}

function rewriteFile(path: string): { text: string; migrated: string[]; diagnosed: Record<string, number> } {
  const program = loadProject(path).getProgram().compilerObject;
  const file = program.getSourceFile(path);
  if (file === undefined) throw new Error(`${path} is not part of the program`);
  const checker = program.getTypeChecker();
  const requestStateModule = '../../request-state.ts';
  const facts = {
    checker,
    checksIndexedAccess: true,
    requestStateModule,
    moduleSpecifier: (target: string) => target,
  };
  const handlers = rewriteFiles(
    [file],
    program,
    () => facts,
    () => false,
  ).get(file);
  if (handlers === undefined) throw new Error('the module was not rewritten');
  const wiring = wireStateCodec(file, { checker, requestStateModule });
  const imports = mergeImports(file, [...handlers.imports, ...wiring.imports], new SourceText(file));
  const diagnosed: Record<string, number> = {};
  for (const { code, severity } of handlers.diagnostics)
    // MRTR3xxx advises on handlers that are migrated.
    if (severity !== 'info' && !code.startsWith('MRTR3')) diagnosed[code] = (diagnosed[code] ?? 0) + 1;
  return {
    text: applyEdits(file.text, [...handlers.edits, ...wiring.edits, ...imports]),
    migrated: handlers.migrated.map(({ name }) => name),
    diagnosed,
  };
}

/** The messages without their lines, which a rewrite moves. */
function typeErrorsOf(path: string): string[] {
  return loadProject(path)
    .getPreEmitDiagnostics()
    .filter((diagnostic) => diagnostic.getSourceFile()?.getFilePath() === path)
    .map((diagnostic) => `TS${diagnostic.getCode()}: ${messageOf(diagnostic.getMessageText())}`);
}

/** The checker lists the members of a union in the order in which it met them. */
function messageOf(message: unknown): string {
  return JSON.stringify(message).replaceAll(/\d+(?: \| \d+)+/g, (union) =>
    union.split(' | ').sort().join(' | '),
  );
}

/** What is new: the generator may compare literals that cannot be equal, which is an error before and after. */
function without(messages: readonly string[], known: readonly string[]): string[] {
  return messages.filter((message) => !known.includes(message));
}

async function findDifference(
  input: string,
  output: string,
  tools: readonly string[],
  seed: number,
): Promise<Comparison['difference']> {
  const load = async (path: string): Promise<() => McpServer> =>
    ((await import(pathToFileURL(path).href)) as { createServer: () => McpServer }).createServer;
  const [original, rewritten] = [await load(input), await load(output)];
  const random = createRandom(seed ^ 0x5eed);
  for (const tool of tools) {
    for (let run = 0; run < SCRIPTS_PER_TOOL; run += 1) {
      const script = Array.from(
        { length: 3 },
        () => BEHAVIOURS[Math.floor(random() * BEHAVIOURS.length)] ?? 'accept',
      );
      const before = await call(tool, () => createLegacyClient(original, { answers: behave(script) }));
      const after = await call(tool, () => createModernClient(rewritten, { answers: behave(script) }));
      if (JSON.stringify(before) !== JSON.stringify(after))
        return { tool, original: before, rewritten: after };
    }
  }
  return undefined;
}

async function call(tool: string, connect: () => Promise<ScriptedClient>): Promise<unknown> {
  effects.log = [];
  const peer = await connect();
  const outcome = await peer.client.callTool({ name: tool, arguments: { n: 4, label: 'label' } }).then(
    ({ content, isError }) => ({ content, isError: isError ?? false }),
    (error: unknown) => ({ error: String(error) }),
  );
  await peer.close();
  return { outcome, asked: peer.asked.map(({ params }) => params['message']), effects: effects.log };
}
