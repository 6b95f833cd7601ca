/**
 * `npm run fuzz:values`: the generated validators of every revision against ajv, over 100,000 and more values each.
 *   --values <n>  about how many values for a revision
 *   --seed <n>    of an earlier run, to repeat it
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: { values: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
const seed = flags.seed ?? String(Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);
const { status } = spawnSync('npx', ['vitest', 'run', 'test/generator/validators.test.ts'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, MRTR_FUZZ_VALUES: flags.values, MRTR_FUZZ_SEED: seed },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
