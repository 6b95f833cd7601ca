/** `find-difference.ts <programs>`: prints the first seed whose program differs, if there is one. */
import { compareModes } from '../../test/fuzz/compare-modes.ts';

const programs = Number(process.argv[2]);
process.on('unhandledRejection', () => undefined);
for (let seed = 1; seed <= programs; seed++) {
  // A mutant may also break the harness.
  const difference = await compareModes(seed).catch((error: unknown) => ({ mode: String(error) }));
  if (difference === undefined) continue;
  console.log(`seed ${seed}, ${difference.mode}`);
  break;
}
