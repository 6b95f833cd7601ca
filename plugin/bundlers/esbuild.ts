import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

import type { Loader, OnLoadResult, PartialMessage, Plugin } from 'esbuild';

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts, positionAt } from '../../diagnostics/position.ts';
import { RUNTIME_MODULE } from '../../engine/compiled/runtime-module.ts';
import { SCRIPT } from '../unplugin.ts';

/**
 * The plugin for esbuild, and tsup. Written for esbuild itself: it asks plugins for every file, so that what is done for
 * a file with nothing to compile decides what the plugin costs.
 */
export function mrtr(): Plugin {
  return {
    name: 'mrtr',
    setup(build) {
      build.onLoad({ filter: SCRIPT, namespace: 'file' }, ({ path }) => {
        const bytes = readFileSync(path);
        return bytes.includes(RUNTIME_MODULE) ? load(path, bytes.toString('utf8')) : undefined;
      });
    },
  };
}

async function load(path: string, text: string): Promise<OnLoadResult | undefined> {
  const { compileEmitted } = await import('../compile-emitted.ts');
  const result = compileEmitted({ path, text, map: undefined, withOwnMap: true });
  if (result === undefined) return undefined;
  const errors = result.diagnostics.map((one) => toMessage(one, text));
  const loader = LOADERS[extname(path)] ?? 'js';
  return { contents: result.text, loader, errors };
}

const LOADERS: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
};

function toMessage({ code, title, help, span }: Diagnostic, text: string): PartialMessage {
  const message = { id: code, text: `${code}: ${title}`, notes: [{ text: help }] };
  if (span === undefined) return message;
  const { line, column } = positionAt(computeLineStarts(text), span.start);
  const lineText = text.split('\n')[line - 1] ?? '';
  return {
    ...message,
    location: { file: span.file, line, column: column - 1, length: span.end - span.start, lineText },
  };
}
