import type { EncodedSourceMap } from '@jridgewell/remapping';

import { RUNTIME_MODULE } from '../engine/compiled/runtime-module.ts';

/** What of a webpack loader's `this` is used; Turbopack has it too. */
export interface LoaderContext {
  readonly resourcePath: string;
  async(): (error: Error | null, text?: string, map?: EncodedSourceMap) => void;
}

/**
 * A loader in webpack's form, for hosts that take loaders but no plugins (Next.js with Turbopack). It must see the source
 * before another loader lowers `await`.
 */
function mrtrLoader(this: LoaderContext, text: string, map?: EncodedSourceMap | string | null): void {
  const earlier = typeof map === 'string' ? (JSON.parse(map) as EncodedSourceMap) : (map ?? undefined);
  // oxlint-disable-next-line oxc/no-this-in-exported-function -- hosts call a loader with its context
  void answer(this, text, earlier);
}

// oxlint-disable-next-line import/no-default-export -- the form that loader-runner asks for
export { mrtrLoader as default };

async function answer(
  context: LoaderContext,
  text: string,
  earlier: EncodedSourceMap | undefined,
): Promise<void> {
  const done = context.async();
  let result = { text, map: earlier };
  try {
    if (text.includes(RUNTIME_MODULE)) result = await compile(text, context.resourcePath, earlier);
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  done(null, result.text, result.map);
}

async function compile(
  text: string,
  path: string,
  earlier: EncodedSourceMap | undefined,
): Promise<{ readonly text: string; readonly map: EncodedSourceMap | undefined }> {
  const { compileModule, assertCompiled } = await import('./compile-module.ts');
  const result = compileModule(text, path);
  assertCompiled(result, text);
  if (result.manifest.length === 0) return { text, map: earlier };
  if (earlier === undefined) return { text: result.code, map: result.map };
  const { chainSourceMap } = await import('./chain-source-map.ts');
  return { text: result.code, map: chainSourceMap(result.map, earlier) };
}
