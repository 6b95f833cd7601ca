import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import * as fc from 'fast-check';

import type { Definitions } from '../generator/model/json-schema.ts';
import { arbitraryOf } from '../test/generator/arbitrary-of-schema.ts';
import type { Check } from './validators-peers.ts';

export const REVISION = '2026-07-28';
/** So many values take turns that no engine can specialise on one. */
const ROTATION = 64;
const SEED = 1;

/** Generated values of a type that every contender accepts: the check of a rejected value may stop early. */
export function generateInputs(name: string, definitions: Definitions, checks: readonly Check[]): unknown[] {
  const arbitrary = arbitraryOf(definitions.get(name) ?? {}, definitions);
  const inputs = fc
    .sample(arbitrary, { numRuns: ROTATION * 10, seed: SEED })
    // Parsed from text, as what arrives over a transport is.
    .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
    .filter((value) => checks.every((check) => check(value)))
    .slice(0, ROTATION);
  if (inputs.length < ROTATION) throw new Error(`only ${inputs.length} inputs for ${name}`);
  return inputs;
}

/** Which of the directories of examples a type that has none of its own is a union of. */
const MEMBERS: Readonly<Record<string, RegExp>> = {
  CallToolResponse: /^(?:CallToolResult|InputRequiredResult)$/,
  JSONRPCMessage: /(?:Request|Notification|ResultResponse)$/,
};

/**
 * The examples that the specification publishes and that are of a type, which the oracle says; none without a copy of
 * its `schema` directory.
 */
export function readExamples(name: string, oracle: Check): unknown[] {
  const directory = join(process.env['MRTR_SPEC_DIR'] ?? '', REVISION, 'examples');
  if (process.env['MRTR_SPEC_DIR'] === undefined || !existsSync(directory)) return [];
  const wanted = MEMBERS[name] ?? new RegExp(`^${name}$`);
  const texts = readdirSync(directory)
    .filter((type) => wanted.test(type))
    .flatMap((type) => readdirSync(join(directory, type)).map((file) => join(directory, type, file)))
    .map((path) => readFileSync(path, 'utf8'))
    .filter((text) => oracle(JSON.parse(text)));
  if (texts.length === 0) return [];
  return Array.from(
    { length: ROTATION },
    (_, index) => JSON.parse(texts[index % texts.length] ?? '') as unknown,
  );
}
