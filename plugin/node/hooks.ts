import type { LoadFnOutput, LoadHookContext } from 'node:module';
import { fileURLToPath } from 'node:url';

import { compileLoaded } from './compile-loaded.ts';

type NextLoad = (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput | Promise<LoadFnOutput>;

/** The `load` hook of Node.js (https://nodejs.org/api/module.html#loadurl-context-nextload), as it runs in the hooks thread. */
export async function load(url: string, context: LoadHookContext, nextLoad: NextLoad): Promise<LoadFnOutput> {
  return withCompiledSource(url, await nextLoad(url, context));
}

/** The same for `module.registerHooks`, which runs hooks in the thread of the program. */
export function loadSync(
  url: string,
  context: LoadHookContext,
  nextLoad: (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput,
): LoadFnOutput {
  return withCompiledSource(url, nextLoad(url, context));
}

function withCompiledSource(url: string, loaded: LoadFnOutput): LoadFnOutput {
  const { source, format } = loaded;
  const isScript = format !== 'json' && format !== 'wasm' && format !== 'builtin' && format !== 'addon';
  if (!url.startsWith('file:') || !isScript || source === undefined || source === null) return loaded;
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  const compiled = compileLoaded(text, fileURLToPath(url));
  return compiled === text ? loaded : { ...loaded, source: compiled };
}
