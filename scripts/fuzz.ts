/** `npm run fuzz -- [programs] [first seed]`: random handlers, native against compiled; prints the first differences. */
import { compareModes } from '../test/fuzz/compare-modes.ts';

const [programs = 10_000, first = 1] = process.argv.slice(2).map(Number);
let differences = 0;
let ran = 0;
const began = performance.now();
for (let seed = first; seed < first + programs; seed++) {
  ran++;
  const difference = await compareModes(seed);
  if (difference === undefined) continue;
  console.log(JSON.stringify(difference, null, 1));
  process.exitCode = 1;
  if (++differences === 3) break;
}
const perSecond = (ran / ((performance.now() - began) / 1000)).toFixed(1);
console.log(
  `${ran} programs from seed ${first}: ${differences} difference(s), ${perSecond} programs per second`,
);
