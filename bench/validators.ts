/**
 * `npm run bench:validators`: the generated checks of 2026-07-28 against what else checks MCP values, then the size of
 * the checks as a module and what importing them costs. Contenders take turns, so that other load on the machine hits
 * all of them. With MRTR_SPEC_DIR set to a copy of the specification's `schema` directory the examples published there
 * are inputs too.
 */
import { readFileSync } from 'node:fs';

import { buildModel } from '../generator/model/build-model.ts';
import { applyOverlay } from '../generator/model/overlay.ts';
import { parseDocument } from '../generator/source/parse-document.ts';
import { mutantsOf } from '../test/generator/mutants.ts';
import { REVISION, generateInputs, readExamples } from './validators-inputs.ts';
import { measureModule } from './validators-module.ts';
import { loadContenders } from './validators-peers.ts';
import type { Check } from './validators-peers.ts';

const NAMES = ['CallToolResult', 'InputRequiredResult', 'CallToolResponse', 'JSONRPCMessage'];
const ROUNDS = 15;
/** The first rounds only make the engine compile the checks. */
const WARMUP_ROUNDS = 3;
/** How long one contender runs before the next one's turn. */
const TURN_MS = 20;
const TITLE_WIDTH = 32;

/** Nanoseconds that each check takes for one input in its best round: what else runs only makes a round slower. */
function measure(checks: readonly Check[], inputs: readonly unknown[]): number[] {
  const samples = checks.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, check] of checks.entries()) {
      const time = runTurn(check, inputs);
      if (round >= WARMUP_ROUNDS) samples[index]?.push(time);
    }
  }
  return samples.map((times) => Math.min(...times));
}

function runTurn(check: Check, inputs: readonly unknown[]): number {
  const start = performance.now();
  let calls = 0;
  let accepted = 0;
  do {
    for (const input of inputs) if (check(input)) accepted++;
    calls += inputs.length;
  } while (performance.now() - start < TURN_MS);
  const time = performance.now() - start;
  // Reading every answer keeps the engine from leaving calls out.
  if (accepted > calls) throw new Error('more answers than calls');
  return (time * 1e6) / calls;
}

/** How many wrong values a check accepts, of how many: what differs in one place from an input and the oracle rejects. */
function countWrongAccepts(
  check: Check,
  oracle: Check,
  inputs: readonly unknown[],
): readonly [number, number] {
  const wrong = inputs.flatMap((input) => [...mutantsOf(input)]).filter(({ value }) => !oracle(value));
  return [wrong.filter(({ value }) => check(value)).length, wrong.length];
}

function printRow(title: string, cells: readonly string[]): void {
  console.log(title.padEnd(TITLE_WIDTH) + cells.map((cell) => cell.padStart(18)).join(''));
}

/** Prints how long each check takes; gives the times as multiples of the first one's. */
function compare(title: string, checks: readonly Check[], inputs: readonly unknown[]): number[] {
  const times = measure(checks, inputs);
  const ratios = times.map((time) => time / (times[0] ?? NaN));
  printRow(
    title,
    times.map((time, index) => `${time.toFixed(1)} (${ratios[index]?.toFixed(1)}×)`),
  );
  return ratios;
}

/** What a check gets wrong. */
function findFaults(check: Check, oracle: Check, inputs: readonly unknown[]): string[] {
  const rejected = inputs.filter((input) => !check(input)).length;
  const [accepted, all] = countWrongAccepts(check, oracle, inputs);
  return [
    ...(rejected > 0 ? [`rejects ${rejected} of ${inputs.length} correct values`] : []),
    ...(accepted > 0 ? [`accepts ${accepted} of ${all} wrong values`] : []),
  ];
}

const text = readFileSync(new URL(`../dist/embedded/${REVISION}.json`, import.meta.url), 'utf8');
const model = buildModel(parseDocument(text, REVISION));
const definitions = applyOverlay(model, 'validators');
const contenders = await loadContenders(model, definitions, NAMES);
const engines = Object.keys(contenders);
const rows: number[][] = [];
const faults: string[] = [];

printRow('nanoseconds (times ours)', engines);
for (const name of NAMES) {
  const checkOf = (engine: string): Check => {
    const check = contenders[engine]?.[name];
    if (check === undefined) throw new Error(`${engine} has no check for ${name}`);
    return check;
  };
  const checks = engines.map(checkOf);
  const oracle = checkOf('ajv standalone');
  const examples = readExamples(name, oracle);
  const generated = generateInputs(name, definitions, checks);
  rows.push(compare(`${name}, generated`, checks, generated));
  if (examples.length > 0) rows.push(compare(`${name}, examples`, checks, examples));
  for (const engine of engines)
    for (const fault of findFaults(checkOf(engine), oracle, [...generated, ...examples]))
      faults.push(`${engine} ${fault} as ${name}`);
}
const means = engines.map((_, engine) =>
  Math.exp(rows.reduce((sum, row) => sum + Math.log(row[engine] ?? NaN), 0) / rows.length),
);
printRow(
  'geometric mean',
  means.map((mean) => `${mean.toFixed(1)}×`),
);
for (const fault of faults) console.log(fault);
await measureModule(model);
