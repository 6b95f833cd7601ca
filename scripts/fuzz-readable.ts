/** `npm run fuzz:readable -- [handlers] [first seed]`: random handlers through the readable rewrite, both eras, real client. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { compareRewrite } from '../test/fuzz/readable/compare-rewrite.ts';

const PER_MODULE = 60;
const [handlers = 2000, first = 1] = process.argv.slice(2).map(Number);
const start = performance.now();
let compared = 0;
let migrated = 0;
const diagnosed = new Map<string, number>();
for (let seed = first; compared < handlers; seed += 1) {
  const result = await compareRewrite(seed, PER_MODULE);
  compared += result.compared;
  migrated += result.migrated;
  for (const [code, count] of Object.entries(result.diagnosed))
    diagnosed.set(code, (diagnosed.get(code) ?? 0) + count);
  if (result.difference === undefined && result.typeErrors.length === 0) {
    const seconds = (performance.now() - start) / 1000;
    const rate = (compared / seconds).toFixed(1);
    console.log(`${compared} of ${handlers} handlers, ${migrated} migrated, ${rate} a second`);
    continue;
  }
  const place = join(tmpdir(), `mrtr-fuzz-${seed}`);
  writeFileSync(`${place}-input.ts`, result.source);
  writeFileSync(`${place}-output.ts`, result.rewritten);
  console.log(
    `seed ${seed}: ${result.typeErrors.join('\n')}\n${JSON.stringify(result.difference, null, 1)}\nmodules: ${place}-{input,output}.ts`,
  );
  process.exitCode = 1;
  break;
}
console.log(
  `${compared} handlers from seed ${first}: ${migrated} migrated; refused: ${JSON.stringify(Object.fromEntries(diagnosed))}`,
);
