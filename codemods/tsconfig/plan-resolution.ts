import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import { ts } from '../../engine/syntax/ts.ts';
import type { SourceUnit } from '../project/find-source-units.ts';
import { readConfig } from '../project/read-config.ts';
import { findTypeScript } from '../project/run-tsc.ts';
import { findChangedEmit } from './find-changed-emit.ts';
import type { ResolutionPlan, ResolutionRefusal } from './resolution-plan.ts';
import { setCompilerOptions } from './set-compiler-options.ts';

export function ignoresExports({ moduleResolution }: ts.CompilerOptions): boolean {
  const { Classic, Node10 } = ts.ModuleResolutionKind;
  return moduleResolution === Classic || moduleResolution === Node10;
}

/**
 * Plans how a configuration comes to read `exports` while the compiler goes on to write the same JavaScript for the
 * project as it is, and for those whose configuration extends it.
 * @param root the directory of the run, which paths in reasons are relative to; nothing above it is changed
 * @param configs the absolute paths of the configurations of the project
 * @returns undefined for a configuration that reads `exports`
 */
export function planResolution(
  { tsConfigPath, options }: SourceUnit,
  root: string,
  configs: readonly string[],
): ResolutionPlan | undefined {
  if (tsConfigPath === undefined || !ignoresExports(options)) return undefined;
  const refuse = (reason: string): ResolutionRefusal => ({ kind: 'refusal', reason });
  if (!tsConfigPath.startsWith(root + sep)) return refuse('it is not in the directory of the run');
  const major = typeScriptMajor(dirname(tsConfigPath));
  if (major === undefined) return refuse('the TypeScript of the project is not known');
  const set = optionsFor(options, major);
  if (typeof set === 'string') return refuse(set);
  const script = findOverridingScript([root, dirname(tsConfigPath)]);
  if (script !== undefined) return refuse(`the script \`${script}\` gives the compiler a module option`);
  const before = ts.sys.readFile(tsConfigPath) ?? '';
  const edit = setCompilerOptions(before, set);
  if (edit === undefined) return refuse('its text could not be read as one object');
  const texts = new Map([[tsConfigPath, edit.after]]);
  const affected = [tsConfigPath];
  for (const config of [tsConfigPath, ...configs.filter((path) => path !== tsConfigPath)]) {
    const former = readConfig(config);
    const latter = readConfig(config, texts);
    if (config !== tsConfigPath && hasSameModules(former.options, latter.options)) continue;
    const reason = whyDifferent(former, latter, { config: relative(root, config), major, root });
    if (reason !== undefined) return refuse(reason);
    if (config !== tsConfigPath) affected.push(config);
  }
  return {
    kind: 'change',
    before,
    ...edit,
    set,
    configs: affected,
    options: readConfig(tsConfigPath, texts).options,
  };
}

/** The options to set, or why there are none. */
function optionsFor(options: ts.CompilerOptions, major: number): Readonly<Record<string, string>> | string {
  const { module, target, esModuleInterop } = options;
  if (major < 5) return `TypeScript ${major} is too old for version 2 of the SDK`;
  if (acceptsBundler(options, major)) return { moduleResolution: 'bundler' };
  if (module !== ts.ModuleKind.CommonJS && module !== undefined)
    return 'it writes neither ES modules nor CommonJS';
  // TypeScript 5 has other defaults for these with `node16`, which would change what it writes.
  if (target === undefined || esModuleInterop !== true)
    return `TypeScript ${major} reads \`exports\` from CommonJS modules with \`module: node16\` alone, which writes the same only where \`target\` and \`esModuleInterop: true\` are set`;
  return { module: 'node16', moduleResolution: 'node16' };
}

/** TS5095: `bundler` needs ES modules, and since TypeScript 6 takes CommonJS as well. */
function acceptsBundler({ module, target }: ts.CompilerOptions, major: number): boolean {
  const { CommonJS, ES2015, ESNext, Preserve } = ts.ModuleKind;
  // Where `module` is not set, the target decides.
  if (module === undefined) return major >= 6 || (target ?? ts.ScriptTarget.ES5) >= ts.ScriptTarget.ES2015;
  if (module === CommonJS) return major >= 6;
  return module === Preserve || (module >= ES2015 && module <= ESNext);
}

function hasSameModules(a: ts.CompilerOptions, b: ts.CompilerOptions): boolean {
  return a.moduleResolution === b.moduleResolution && a.module === b.module;
}

interface Compared {
  readonly config: string;
  readonly major: number;
  readonly root: string;
}

function whyDifferent(
  before: ts.ParsedCommandLine,
  after: ts.ParsedCommandLine,
  { config, major, root }: Compared,
): string | undefined {
  const { module, moduleResolution } = after.options;
  const isBundler = moduleResolution === ts.ModuleResolutionKind.Bundler;
  const isAccepted = isBundler ? acceptsBundler(after.options, major) : module === ts.ModuleKind.Node16;
  if (ignoresExports(after.options) || !isAccepted)
    return `\`${config}\` extends it and has a \`module\` that does not go with the change`;
  if (before.fileNames.join('\n') !== after.fileNames.join('\n'))
    return `\`${config}\` would include other files`;
  const changed = findChangedEmit(before, after, root);
  const setting = isBundler ? 'moduleResolution: bundler' : 'module: node16';
  return changed && `with \`${setting}\` the compiler would write another \`${changed}\``;
}

/** A script of the package.json files that gives `tsc` what the configuration is about to have. */
function findOverridingScript(directories: readonly string[]): string | undefined {
  return directories
    .flatMap((dir) => Object.entries(manifestOf(dir).scripts ?? {}))
    .find(([, script]) => /\btsc\b[^&|;]*\s(?:--module|-m|--moduleResolution)\b/i.test(script))?.[0];
}

/** Of the TypeScript that is installed, else of the one that package.json asks for. */
function typeScriptMajor(dir: string): number | undefined {
  const installed = findTypeScript(dir)?.version;
  const digits = /^[^\d]*(?<major>\d+)/.exec(installed ?? declaredTypeScript(dir) ?? '')?.groups?.['major'];
  return digits === undefined ? undefined : Number(digits);
}

function declaredTypeScript(dir: string): string | undefined {
  const { dependencies, devDependencies } = manifestOf(dir);
  const own = devDependencies?.['typescript'] ?? dependencies?.['typescript'];
  return own ?? (dirname(dir) === dir ? undefined : declaredTypeScript(dirname(dir)));
}

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A manifest that cannot be read is the package manager's to report. */
function manifestOf(dir: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return {};
  }
}
