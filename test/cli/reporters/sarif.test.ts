import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { Ajv } from 'ajv';
import type { Log } from 'sarif';
import { expect, test } from 'vitest';

import { printSarif } from '../../../cli/reporters/sarif.ts';
import type { Report } from '../../../cli/report.ts';
import { diag } from '../../../diagnostics/catalog.gen.ts';

/** The OASIS schema, as Microsoft's validator ships it. */
const validator = dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif'));
const {
  $schema: _draft4,
  id: _id,
  ...schema
} = JSON.parse(readFileSync(join(validator, 'schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as Record<
  string,
  unknown
>;
const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true });
const isSarif = ajv.compile(schema);

const TEXT = "const a = 'é';\nconst choice = acceptedContent(x, 'choice');\r\n";
const start = TEXT.indexOf('acceptedContent');
const file = 'src/my tools/a.ts';
const span = { file, start, end: TEXT.indexOf(';\r') };

function reportOf(diagnostics: Report['diagnostics']): Report {
  return {
    command: 'check',
    written: false,
    changedFiles: [],
    sites: [],
    diagnostics,
    sources: new Map([[file, TEXT]]),
  };
}

function parse(report: Report): Log {
  const log = JSON.parse(printSarif(report)) as Log;
  expect(isSarif(log) ? [] : isSarif.errors).toEqual([]);
  return log;
}

test('the validator refuses what is not SARIF', () => {
  expect(isSarif({ version: '2.1.0', runs: [{ tool: {}, results: [{ level: 'bad' }] }] })).toBe(false);
});

test('an empty report is a run without results', () => {
  expect(parse(reportOf([])).runs[0]?.results).toEqual([]);
});

test('places, related places, rules and fixes', () => {
  const fix = {
    title: 'validate against `Choice`',
    edits: [{ file, start: span.end - 1, end: span.end - 1, newText: ', Choice' }],
  };
  const related = [{ span: { file, start: 0, end: 5 }, label: 'here' }];
  const log = parse(
    reportOf([
      diag.unvalidatedAnswer(span, { name: 'choice' }, { fix, related }),
      diag.noVersionControl(undefined, { path: '.' }),
      diag.plainRequestState({ file: 'unread.ts', start: 3, end: 4 }),
    ]),
  );
  const [run] = log.runs;
  expect(run?.tool.driver.rules?.map(({ id }) => id)).toEqual(['MRTR4102', 'MRTR4105', 'MRTR6011']);
  expect(run?.results?.map(({ level, ruleIndex }) => [level, ruleIndex])).toEqual([
    ['warning', 1],
    ['note', 2],
    ['warning', 0],
  ]);
  const [first, second, third] = run?.results ?? [];
  expect(first?.locations?.[0]?.physicalLocation).toMatchObject({
    artifactLocation: { uri: 'src/my%20tools/a.ts' },
    region: { startLine: 2, startColumn: 16, endLine: 2 },
  });
  expect(first?.relatedLocations?.[0]).toMatchObject({ id: 0, message: { text: 'here' } });
  expect(first?.fixes?.[0]?.artifactChanges[0]?.replacements[0]?.insertedContent?.text).toBe(', Choice');
  expect(second?.locations).toBeUndefined();
  expect(third?.locations?.[0]?.physicalLocation?.region).toBeUndefined();
});

test('a fingerprint follows its line, and the output is the same every time', () => {
  const diagnostic = diag.plainRequestState(span);
  const before = parse(reportOf([diagnostic])).runs[0]?.results?.[0];
  const moved = { ...span, start: span.start + 9, end: span.end + 9 };
  const report = {
    ...reportOf([diag.plainRequestState(moved)]),
    sources: new Map([[file, `// moved\n${TEXT}`]]),
  };
  expect(parse(report).runs[0]?.results?.[0]?.partialFingerprints).toEqual(before?.partialFingerprints);
  expect(printSarif(reportOf([diagnostic]))).toBe(printSarif(reportOf([diagnostic])));
});
