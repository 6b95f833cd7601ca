/** What the front matter of a test262 file says (test262/INTERPRETING.md), and whether the test can be a handler. */
export interface Test {
  readonly text: string;
  /** Harness files that the test needs, in order. */
  readonly includes: readonly string[];
  readonly isAsync: boolean;
}

/** The rules by which a test is not run, each with the reason that is counted. */
const RULES: readonly (readonly [
  reason: string,
  applies: (text: string, flags: readonly string[]) => boolean,
])[] = [
  ['is to be refused by the parser', (text) => /^negative:/m.test(frontMatter(text))],
  ['a module', (_, flags) => flags.includes('module')],
  ['sloppy mode only', (_, flags) => flags.includes('noStrict') || flags.includes('raw')],
  ['a feature of the host', (text) => /\$262\b|\$DETACHBUFFER|IsHTMLDDA/.test(text)],
  ['memory shared by threads', (_, flags) => flags.some((flag) => flag.startsWith('CanBlock'))],
];

/** The test, or the reason for which it is not applicable. */
export function readTest(text: string): Test | string {
  const flags = listIn(text, 'flags');
  const rule = RULES.find(([, applies]) => applies(text, flags));
  if (rule !== undefined) return rule[0];
  const isAsync = flags.includes('async');
  return { text, includes: ['assert.js', 'sta.js', ...listIn(text, 'includes')], isAsync };
}

function frontMatter(text: string): string {
  return /\/\*---\r?\n([\s\S]*?)---\*\//.exec(text)?.[1] ?? '';
}

/** A list of plain words, in YAML's flow style or one a line. */
function listIn(text: string, key: string): readonly string[] {
  const found = new RegExp(String.raw`^${key}:(?:\s*\[([^\]]*)\]|((?:\r?\n\s+- .*)+))`, 'm').exec(
    frontMatter(text),
  );
  const words = found?.[1]?.split(',') ?? found?.[2]?.split(/\r?\n\s+- /) ?? [];
  return words.map((word) => word.trim()).filter((word) => word !== '');
}
