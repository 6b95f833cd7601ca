/** `npm run fuzz -- [programs] [first seed]`: random handlers, native against compiled; prints the first differences. */
import { compareModes } from '../test/fuzz/compare-modes.ts';

const [programs = 10_000, first = 1] = process.argv.slice(2).map(Number);
let differences = 0;
for (let seed = first; seed < first + programs; seed++) {
  const difference = await compareModes(seed);
  if (difference === undefined) continue;
  console.log(JSON.stringify(difference, null, 1));
  process.exitCode = 1;
  if (++differences === 3) break;
}
console.log(`${programs} programs from seed ${first}: ${differences} difference(s)`);
