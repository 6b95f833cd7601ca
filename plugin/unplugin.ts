import { createUnplugin } from 'unplugin';

import { RUNTIME_MODULE } from '../engine/compiled/runtime-module.ts';

/** A module of a language the compiler reads, with or without the query that a dev server appends. */
export const SCRIPT = /\.[cm]?[jt]sx?(?:\?|$)/;

/**
 * Compiles what `resumable(…)` marks, for every bundler that unplugin knows. It runs before other plugins, which must
 * not have lowered `await` yet, and fails the build when a marked function cannot be compiled.
 */
export const unplugin = createUnplugin(() => ({
  name: 'mrtr',
  enforce: 'pre' as const,
  transform: {
    filter: { id: SCRIPT, code: RUNTIME_MODULE },
    async handler(text: string, id: string) {
      // Loaded with the first module that needs it: the compiler is the cost of this plugin.
      const { compileModule, assertCompiled } = await import('./compile-module.ts');
      const result = compileModule(text, id.replace(/\?.*$/s, ''));
      assertCompiled(result, text);
      return result.manifest.length === 0 ? undefined : { code: result.code, map: result.map };
    },
  },
}));
