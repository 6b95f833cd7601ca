import { readFileSync } from 'node:fs';

import type { Plugin } from 'esbuild';

/** What the sources in the playground are checked against; `LIBRARIES` of the analyser and what these refer to. */
const ROOTS = ['lib.es2023.d.ts', 'lib.webworker.d.ts'];

const LIBRARY = /\{\s*fileName: "([^"]+)",\s*text: ("(?:[^"\\]|\\.)*")\s*\}/g;

/** Leaves out those of the libraries in ts-morph that the playground does not use: most are the DOM's. */
export const trimLibraries: Plugin = {
  name: 'trim-libraries',
  setup(build) {
    build.onLoad({ filter: /[\\/]@ts-morph[\\/]common[\\/]dist[\\/]ts-morph-common\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const libraries = new Map(
        [...text.matchAll(LIBRARY)].map(([, name = '', literal = '""']) => [
          name,
          JSON.parse(literal) as string,
        ]),
      );
      const needed = closureOf(ROOTS, libraries);
      const contents = text.replaceAll(LIBRARY, (whole, name: string) =>
        needed.has(name) ? whole : `{ fileName: "${name}", text: "" }`,
      );
      return { contents, loader: 'js' };
    });
  },
};

function closureOf(roots: readonly string[], libraries: ReadonlyMap<string, string>): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const text = libraries.get(name);
    if (text === undefined) throw new Error(`ts-morph has no ${name}`);
    if (found.has(name)) continue;
    found.add(name);
    for (const [, reference = ''] of text.matchAll(/<reference lib="([^"]+)"/g))
      queue.push(`lib.${reference}.d.ts`);
  }
  return found;
}
