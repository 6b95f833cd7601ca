import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { findCalls, type AskCall } from './find-asks.ts';
import { readRecords } from './read-list.ts';

/** One ask that a reader of the repository found: where it was before the migration. */
export interface ListedSite {
  readonly path: string;
  readonly line: number;
  /** `primitive`: the call of the SDK; `derived`: a call of a function of the repository that asks. */
  readonly level: 'primitive' | 'derived';
  /** What is called; `helper name()` for a derived one. */
  readonly form: string;
}

export type SiteOutcome = 'migrated' | 'compiled' | 'explained' | 'unexplained' | 'unread';

export interface JudgedSite extends ListedSite {
  readonly outcome: SiteOutcome;
}

/** The sites of each repository, from records with `repo` and `sites`. */
export function readExpectedSites(file: string): ReadonlyMap<string, readonly ListedSite[]> {
  const records = readRecords(file) as { repo: string; sites: ListedSite[] }[];
  return new Map(records.map(({ repo, sites }) => [repo, sites]));
}

/**
 * Says what became of each site, by the source texts alone and not by what the migration reports: an ask is migrated
 * when its call is gone, compiled when `resumable(…)` encloses it, and otherwise left, with or without a diagnostic in its
 * file, or, for a call of a helper, one that names the helper.
 */
export function judgeSites(
  sites: readonly ListedSite[],
  before: string,
  after: string,
  reported: Reported,
): JudgedSite[] {
  const groups = new Map<string, ListedSite[]>();
  for (const site of sites) {
    const key = `${site.path} ${site.level === 'derived' ? helperName(site) : isSentVariable(site)}`;
    groups.set(key, [...(groups.get(key) ?? []), site]);
  }
  return [...groups.values()].flatMap((group) => judgeGroup(group, before, after, reported));
}

/** What the diagnostics of a migration speak of. */
export interface Reported {
  /** Relative to the roots. */
  readonly files: ReadonlySet<string>;
  /** Functions by name. */
  readonly names: ReadonlySet<string>;
  /** The directories, relative to the root, of which everything stays as it is for a reason that has no place in a file. */
  readonly refused: readonly string[];
}

const ASKS = new Set(['elicitInput', 'createMessage', 'listRoots', 'requestSampling', 'elicit', 'sample']);
/** Names that mean an ask only with the method of one as an argument. */
const SENDERS = new Set(['sendRequest', 'request', 'send', 'rpc']);
const ASK_METHOD = /elicitation\/create|sampling\/createMessage|roots\/list/;
/** What a rewritten helper is handed: the key to ask under, or its part of the round. */
const ROUND_ARGUMENT = /\{\s*key:|\bhelperRound\(|\(\s*ctx,\s*round\b/;

/** Sites of one file with the same kind of call: which is which cannot be told after a rewrite, only how many. */
function judgeGroup(
  group: readonly ListedSite[],
  before: string,
  after: string,
  { files, names, refused }: Reported,
): JudgedSite[] {
  const [{ path, level }] = group as [ListedSite];
  const was = callsOf(group, before);
  const is = callsOf(group, after);
  const readable = group.filter((site) => was.some(({ line }) => Math.abs(line - site.line) <= 1));
  const unread = group.filter((site) => !readable.includes(site));
  const isLeft = ({ isMarked, text }: AskCall): boolean =>
    !isMarked && !(level === 'derived' && ROUND_ARGUMENT.test(text));
  const left = Math.min(readable.length, is.filter(isLeft).length);
  const compiled = Math.min(readable.length - left, is.filter(({ isMarked }) => isMarked).length);
  const isExplained =
    files.has(path) ||
    refused.some((directory) => !relative(directory, path).startsWith('..')) ||
    (level === 'derived' && names.has(helperName(group[0] as ListedSite)));
  const outcomeAt = (index: number): SiteOutcome => {
    if (index < left) return isExplained ? 'explained' : 'unexplained';
    return index < left + compiled ? 'compiled' : 'migrated';
  };
  return [
    ...readable.map((site, index) => ({ ...site, outcome: outcomeAt(index) })),
    ...unread.map((site) => ({ ...site, outcome: 'unread' as const })),
  ];
}

function callsOf(group: readonly ListedSite[], root: string): AskCall[] {
  const [site] = group as [ListedSite];
  const file = join(root, site.path);
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  if (site.level === 'derived') return findCalls(text, file, new Set([helperName(site)]));
  if (isSentVariable(site)) return findCalls(text, file, SENDERS);
  return findCalls(text, file, new Set([...ASKS, ...SENDERS, 'sampling/createMessage'])).filter(
    (call) => !SENDERS.has(call.name) || ASK_METHOD.test(call.text),
  );
}

/** The method of the request is written elsewhere. */
function isSentVariable({ form }: ListedSite): boolean {
  return form.endsWith('via variable');
}

function helperName({ form }: ListedSite): string {
  return /([\w$]+)\(\)$/.exec(form)?.[1] ?? form;
}
