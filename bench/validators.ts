/**
 * `npm run bench:validators`: the generated checks against ajv's standalone code for the same (corrected) schema. Inputs
 * rotate, so that no engine can specialise on one value. Prints nanoseconds for each check.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';

import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { Bench } from 'tinybench';

import { emitValidators } from '../generator/emit/emit-validators.ts';
import { buildModel } from '../generator/model/build-model.ts';
import { applyOverlay } from '../generator/model/overlay.ts';
import { parseDocument } from '../generator/source/parse-document.ts';
import { arbitraryOf } from '../test/generator/arbitrary-of-schema.ts';

type Check = (value: unknown) => boolean;

const NAMES = ['CallToolResult', 'InputRequiredResult', 'CallToolResponse', 'JSONRPCMessage'];
const ROTATION = 64;

const text = readFileSync(new URL('../dist/embedded/2026-07-28.json', import.meta.url), 'utf8');
const model = buildModel(parseDocument(text, '2026-07-28'));
const definitions = applyOverlay(model, 'validators');

async function loadOurs(): Promise<Readonly<Record<string, Check>>> {
  const { js, checks } = emitValidators(model, { formats: false });
  const { is } = (await import(`data:text/javascript,${encodeURIComponent(js + checks)}`)) as {
    is: Record<string, Check>;
  };
  return is;
}

async function loadAjvStandalone(): Promise<Readonly<Record<string, Check>>> {
  const require = createRequire(import.meta.url);
  const { default: standaloneCode } = (await import('ajv/dist/standalone/index.js')).default as unknown as {
    default: (ajv: Ajv2020, names: Record<string, string>) => string;
  };
  const ajv = new Ajv2020({ strict: false, validateFormats: false, code: { source: true } });
  ajv.addSchema({
    $id: 'mcp',
    $defs: Object.fromEntries(definitions),
    definitions: Object.fromEntries(definitions),
  });
  const source = standaloneCode(ajv, Object.fromEntries(NAMES.map((name) => [name, `mcp#/$defs/${name}`])));
  const module = { exports: {} as Record<string, Check> };
  // ajv writes CommonJS that requires its own small run-time library.
  compileFunction(source, ['module', 'exports', 'require'])(module, module.exports, require);
  return module.exports;
}

const [ours, ajv] = await Promise.all([loadOurs(), loadAjvStandalone()]);
const bench = new Bench({ time: 500, warmupTime: 200 });
for (const name of NAMES) {
  const arbitrary = arbitraryOf(definitions.get(name) ?? {}, definitions);
  const values = fc.sample(arbitrary, { numRuns: ROTATION, seed: 1 }).map((value) => JSON.stringify(value));
  const inputs = values.map((value) => JSON.parse(value) as unknown);
  for (const [engine, checks] of Object.entries({ ours, 'ajv standalone': ajv })) {
    const check = checks[name];
    if (check === undefined) throw new Error(`${engine} has no check for ${name}`);
    let accepted = 0;
    bench.add(`${name} ${engine}`, () => {
      for (const input of inputs) if (check(input)) accepted++;
    });
    if (inputs.filter(check).length < ROTATION / 2) throw new Error(`${engine} rejects most of ${name}`);
  }
}
await bench.run();

let product = 1;
const nanoseconds = bench.tasks.map(({ result }) => {
  if (!('latency' in result)) throw new Error('a benchmark failed');
  return (result.latency.p50 * 1e6) / ROTATION;
});
for (const [index, name] of NAMES.entries()) {
  const [own = 0, other = 0] = nanoseconds.slice(index * 2, index * 2 + 2);
  product *= other / own;
  console.log(
    `${name}: ours ${own.toFixed(1)} ns, ajv standalone ${other.toFixed(1)} ns, ${(other / own).toFixed(1)}×`,
  );
}
console.log(`geometric mean: ${(product ** (1 / NAMES.length)).toFixed(1)}×`);
