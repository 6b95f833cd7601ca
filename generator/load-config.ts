import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { diag } from '../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { MODULE_CHOICES } from './generate-files.ts';
import type { GenerateOptions } from './generate-files.ts';

/** What `mrtr.config.ts`, `.js` or `.json` may hold for `mrtr generate`; flags win over it. */
export interface GeneratorConfig extends GenerateOptions {
  /** A file, an http(s) URL or a revision. */
  readonly schema?: string;
  /** The directory to write to. */
  readonly out?: string;
}

const CANDIDATES = ['mrtr.config.ts', 'mrtr.config.js', 'mrtr.config.json'];

const isString = (value: unknown): boolean => typeof value === 'string';
const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every(isString);

const TESTS: Readonly<Record<keyof GeneratorConfig, (value: unknown) => boolean>> = {
  schema: isString,
  out: isString,
  only: isStrings,
  methods: isStrings,
  formats: (value) => typeof value === 'boolean',
  module: (value) => MODULE_CHOICES.some((choice) => choice === value),
};

/**
 * Reads the configuration: the file at `path`, or else the first `mrtr.config.*` in `directory`; `{}` when there is none.
 * @throws {DiagnosticError} MRTR5011 when the file cannot be loaded, or has an unknown key or a value of a wrong type
 */
export async function loadConfig(directory: string, path?: string): Promise<GeneratorConfig> {
  if (path !== undefined) return await readConfig(resolve(directory, path));
  for (const candidate of CANDIDATES) {
    const file = resolve(directory, candidate);
    if (await exists(file)) return await readConfig(file);
  }
  return {};
}

async function readConfig(path: string): Promise<GeneratorConfig> {
  let config: unknown;
  try {
    config = await importConfig(path);
  } catch (error) {
    throw invalid(path, (error as Error).message);
  }
  if (typeof config !== 'object' || config === null) throw invalid(path, 'it does not export an object');
  for (const [key, value] of Object.entries(config)) {
    if (!Object.hasOwn(TESTS, key)) throw invalid(path, `there is no key \`${key}\``);
    if (!TESTS[key as keyof GeneratorConfig](value)) throw invalid(path, `\`${key}\` has the wrong type`);
  }
  return config;
}

async function importConfig(path: string): Promise<unknown> {
  if (extname(path) === '.json') return JSON.parse(await readFile(path, 'utf8'));
  const module =
    extname(path) === '.ts' ? await importTypeScript(path) : await import(pathToFileURL(path).href);
  return (module as { default: unknown }).default;
}

/** Node runs TypeScript by itself only from 22.18 on. */
async function importTypeScript(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  return await createJiti(import.meta.url, { fsCache: false, interopDefault: false }).import(path);
}

function invalid(path: string, reason: string): DiagnosticError {
  return new DiagnosticError(diag.configurationInvalid(undefined, { path, reason }));
}

async function exists(path: string): Promise<boolean> {
  return await readFile(path).then(
    () => true,
    () => false,
  );
}
