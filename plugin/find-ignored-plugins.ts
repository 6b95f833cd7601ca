import { diag } from '../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { shownPath } from '../diagnostics/shown-path.ts';
import { ts } from '../engine/syntax/ts.ts';

/** The last major version of TypeScript that loads plugins. */
const LAST_WITH_PLUGINS = 6;
const OURS = /^mrtr\//;

/**
 * TypeScript 7 ignores `compilerOptions.plugins` without a word. Reports those of ours that the configuration of `dir`
 * names (MRTR6021), its `extends` included.
 * @param version of the TypeScript that compiles it
 */
export function findIgnoredPlugins(dir: string, version: string): readonly Diagnostic[] {
  if (Number.parseInt(version, 10) <= LAST_WITH_PLUGINS) return [];
  const configPath = ts.findConfigFile(dir, (path) => ts.sys.fileExists(path));
  if (configPath === undefined) return [];
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    // Only the options are wanted, not the files of the project.
    readDirectory: () => [],
    onUnRecoverableConfigFileDiagnostic: () => undefined,
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(configPath, {}, host);
  const plugins: unknown = parsed?.options['plugins'];
  if (!Array.isArray(plugins)) return [];
  const config = shownPath(configPath);
  return plugins
    .map((plugin: unknown) => pluginName(plugin))
    .filter((name) => name !== undefined)
    .map((plugin) => diag.typescriptIgnoresPlugin(undefined, { version, plugin, config }));
}

function pluginName(plugin: unknown): string | undefined {
  if (typeof plugin !== 'object' || plugin === null) return undefined;
  const names = ['transform', 'name'].map((key): unknown => Reflect.get(plugin, key));
  return names.find((name): name is string => typeof name === 'string' && OURS.test(name));
}
