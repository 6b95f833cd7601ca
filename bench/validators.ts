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

/** Nanoseconds that each check takes for one input, the median of all rounds. */
function measure(checks: readonly Check[], inputs: readonly unknown[]): number[] {
  const samples = checks.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, check] of checks.entries()) {
      const time = runTurn(check, inputs);
      if (round >= WARMUP_ROUNDS) samples[index]?.push(time);
    }
  }
  return samples.map((times) => times.sort((a, b) => a - b)[times.length >> 1] ?? NaN);
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
  // Reading every answer also keeps the engine from leaving calls out.
  if (accepted !== calls) throw new Error(`${calls - accepted} inputs were rejected`);
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

const text = readFileSync(new URL(`../dist/embedded/${REVISION}.json`, import.meta.url), 'utf8');
const model = buildModel(parseDocument(text, REVISION));
const definitions = applyOverlay(model, 'validators');
const contenders = await loadContenders(model, definitions, NAMES);
const engines = Object.keys(contenders);
const ratios: number[][] = [];
const notes: string[] = [];

printRow('nanoseconds (times ours)', engines);
for (const name of NAMES) {
  const checks = engines.map((engine): Check => {
    const check = contenders[engine]?.[name];
    if (check === undefined) throw new Error(`${engine} has no check for ${name}`);
    return check;
  });
  const generated = generateInputs(name, definitions, checks);
  for (const [kind, inputs] of [
    ['generated', generated] as const,
    ['examples', readExamples(name)] as const,
  ]) {
    if (inputs.length === 0) continue;
    const times = measure(checks, inputs);
    const row = times.map((time) => time / (times[0] ?? NaN));
    ratios.push(row);
    printRow(
      `${name}, ${kind}`,
      times.map((time, index) => `${time.toFixed(1)} (${row[index]?.toFixed(1)}×)`),
    );
  }
  const oracle = contenders['ajv standalone']?.[name];
  for (const [index, check] of checks.entries()) {
    const [wrong, all] = oracle ? countWrongAccepts(check, oracle, generated) : [0, 0];
    if (wrong > 0) notes.push(`${engines[index]} accepts ${wrong} of ${all} wrong values as ${name}`);
  }
}
const means = engines.map((_, engine) =>
  Math.exp(ratios.reduce((sum, row) => sum + Math.log(row[engine] ?? NaN), 0) / ratios.length),
);
printRow(
  'geometric mean',
  means.map((mean) => `${mean.toFixed(1)}×`),
);
for (const note of notes) console.log(note);
await measureModule(model);
