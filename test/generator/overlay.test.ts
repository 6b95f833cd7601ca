import { expect, test } from 'vitest';

import { buildModel } from '../../generator/model/build-model.ts';
import { OVERLAY } from '../../generator/model/overlay.ts';
import { readEmbeddedSchema } from './embedded-schemas.ts';

/** What each entry replaces in 2026-07-28; an entry that replaces nothing any more can go. */
const REPLACED: Readonly<Record<string, readonly string[]>> = {
  'json-value-is-any-json': ['JSONValue'],
  'elicited-numbers': ['ElicitResult'],
  'open-bases': ['CallToolResult', 'InputRequiredResult', 'RequestMetaObject'],
  'input-required-is-marked': ['InputRequiredResult'],
  'result-type-tells-results-apart': ['CallToolResponse', 'CallToolResultResponse', 'ListToolsResponse'],
  'cache-hints-may-be-absent': ['ReadResourceResponse', 'ListToolsResponse'],
  'message-kinds-by-key': ['JSONRPCMessage', 'JSONRPCResponse'],
};

test('every entry still corrects something, and every entry is expected here', () => {
  const model = buildModel(readEmbeddedSchema('2026-07-28'));
  expect(OVERLAY.map(({ name }) => name)).toEqual(Object.keys(REPLACED));
  let definitions = model.document.definitions;
  for (const entry of OVERLAY) {
    const corrected = entry.correct(definitions, model);
    for (const name of REPLACED[entry.name] ?? []) {
      expect(corrected, entry.name).toHaveProperty(name);
      expect(corrected[name], entry.name).not.toEqual(definitions.get(name));
    }
    definitions = new Map([...definitions, ...Object.entries(corrected)]);
  }
});

test('older revisions get only what applies to them', () => {
  const model = buildModel(readEmbeddedSchema('2025-03-26'));
  const { definitions } = model.document;
  const applied = OVERLAY.filter((entry) => Object.keys(entry.correct(definitions, model)).length > 0);
  expect(applied.map(({ name }) => name)).toEqual([
    'open-bases',
    'result-type-tells-results-apart',
    'message-kinds-by-key',
  ]);
});
