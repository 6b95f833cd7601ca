/**
 * `node --import mrtr/register server.js`: compiles what `resumable(…)` marks while Node.js loads it, ES modules and
 * CommonJS, also behind tsx and Node's own type stripping.
 */
import * as nodeModule from 'node:module';
import { extname } from 'node:path';

import { compileLoaded } from './compile-loaded.ts';
import { loadSync } from './hooks.ts';

interface CommonJsModule {
  _compile: (this: unknown, text: string, path: string, ...rest: readonly unknown[]) => unknown;
}

/** From Node.js 22.15 on. */
type RegisterHooks = (hooks: { readonly load: typeof loadSync }) => unknown;

const { registerHooks } = nodeModule as { readonly registerHooks?: RegisterHooks };

process.setSourceMapsEnabled(true);
if (registerHooks === undefined)
  nodeModule.register(new URL(`hooks${extname(import.meta.url)}`, import.meta.url));
else registerHooks({ load: loadSync });
compileRequired(nodeModule.Module.prototype as unknown as CommonJsModule);

/**
 * Everything that `require` loads passes `_compile`, whoever read and transformed it (tsx and others replace the
 * handlers by file extension, which `load` hooks do not see).
 */
function compileRequired(prototype: CommonJsModule): void {
  const { _compile: evaluate } = prototype;
  prototype._compile = function (text, path, ...rest) {
    return Reflect.apply(evaluate, this, [compileLoaded(text, path), path, ...rest]);
  };
}
