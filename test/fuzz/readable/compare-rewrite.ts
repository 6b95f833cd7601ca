import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { Behaviour } from '../../harness/behaviours.ts';
import { seeded } from '../choices.ts';
import { generateModule } from './generate-module.ts';
import { ModuleDriver, type GeneratedModule, type Transcript } from './module-driver.ts';
import { ModuleRewriter, type ModuleRewrite } from './module-rewriter.ts';

export interface Comparison extends ModuleRewrite {
  readonly compared: number;
  readonly differences: readonly Difference[];
  readonly source: string;
}

/** A handler that behaves differently. */
export interface Difference {
  readonly tool: string;
  readonly script: readonly Behaviour[];
  readonly original: Transcript;
  readonly rewritten: Transcript;
}

const BEHAVIOURS: readonly Behaviour[] = ['accept', 'decline', 'cancel', 'invalid', 'empty'];
const SCRIPTS_PER_TOOL = 4;
const HERE = dirname(fileURLToPath(import.meta.url));

/** Generates modules, rewrites them, and drives every migrated tool of both through the real client and server. */
export class RewriteComparer {
  readonly #rewriter = new ModuleRewriter(join(HERE, '.work', 'any', 'module.ts'));

  async compare(seed: number, tools: number): Promise<Comparison> {
    const source = generateModule(seed, tools);
    const rewrite = this.#rewriter.rewrite(source);
    const differences = await findDifferences(source, rewrite, seed);
    return { ...rewrite, compared: tools, differences, source };
  }
}

async function findDifferences(
  source: string,
  { text, migrated }: ModuleRewrite,
  seed: number,
): Promise<Difference[]> {
  mkdirSync(join(HERE, '.work'), { recursive: true });
  const folder = mkdtempSync(join(HERE, '.work', `seed-${seed}-`));
  try {
    const original = new ModuleDriver(await load(join(folder, 'input.ts'), source), 'legacy', migrated);
    const rewritten = new ModuleDriver(await load(join(folder, 'output.ts'), text), 'modern', migrated);
    try {
      const random = seeded(seed ^ 0x5eed);
      const found: Difference[] = [];
      for (const tool of migrated) {
        const difference = await differenceOf(tool, original, rewritten, random);
        if (difference !== undefined) found.push(difference);
      }
      return found;
    } finally {
      await Promise.all([original.close(), rewritten.close()]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first script with which a tool behaves differently. */
async function differenceOf(
  tool: string,
  original: ModuleDriver,
  rewritten: ModuleDriver,
  random: () => number,
): Promise<Difference | undefined> {
  for (let run = 0; run < SCRIPTS_PER_TOOL; run += 1) {
    const script = Array.from(
      { length: 3 },
      () => BEHAVIOURS[Math.floor(random() * BEHAVIOURS.length)] ?? 'accept',
    );
    const before = await original.call(tool, script);
    const after = await rewritten.call(tool, script);
    if (JSON.stringify(before) !== JSON.stringify(after))
      return { tool, script, original: before, rewritten: after };
  }
  return undefined;
}

/** Beside the modules it imports, so that the imports resolve as in a project. */
async function load(path: string, text: string): Promise<GeneratedModule> {
  writeFileSync(path, text);
  return (await import(pathToFileURL(path).href)) as GeneratedModule;
}
