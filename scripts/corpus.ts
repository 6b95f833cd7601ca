/**
 * `npm run corpus -- <list> [--expected sites.json] [--only name,…] [--again] [--baseline-only] [--no-install] [--no-types] [--no-tests] [--node 24] [--docs page.md]`:
 * takes real repositories through install, type check, tests, `mrtr migrate`, and the same checks again, each in a copy,
 * one after the other. The list is JSON or one JSON object per line: `{ name, path, revision?, packages?, install?, test? }`.
 * What is done is kept in `.work/corpus` (`--out`) and not done again; `--again` migrates once more, from the installed
 * copy that was kept. `corpus.md` and `corpus.json` there have the figures, and the page gets them, too.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { readExpectedSites } from './corpus/judge-sites.ts';
import { packTarball } from './corpus/migrate-package.ts';
import { withFigures } from './corpus/print-figures.ts';
import { printMarkdown, summarize, type Row } from './corpus/print-table.ts';
import { prepareBaseline } from './corpus/baseline.ts';
import { processRepository, type RepositoryResult } from './corpus/process-repository.ts';
import { readList, type ListedRepository } from './corpus/read-list.ts';
import type { Limits, Workshop } from './corpus/workshop.ts';
import { repository } from './servers/prepare-copies.ts';

/** Seconds. */
const LIMITS: Limits = { install: 600, types: 300, tests: 180, migrate: 600 };

interface Options {
  readonly list: readonly ListedRepository[];
  readonly out: string;
  readonly expected: string | undefined;
  readonly again: boolean;
  readonly baselineOnly: boolean;
  readonly installs: boolean;
  readonly types: boolean;
  readonly tests: boolean;
  readonly node: string | undefined;
  readonly docs: string | undefined;
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: join(repository, '.work/corpus') },
      expected: { type: 'string' },
      only: { type: 'string' },
      again: { type: 'boolean', default: false },
      'baseline-only': { type: 'boolean', default: false },
      'no-install': { type: 'boolean', default: false },
      'no-types': { type: 'boolean', default: false },
      'no-tests': { type: 'boolean', default: false },
      node: { type: 'string' },
      docs: { type: 'string' },
    },
  });
  const [file] = positionals;
  if (file === undefined) throw new Error('npm run corpus -- <list>');
  const only = values.only?.split(',');
  const list = readList(file).filter(({ name }) => only === undefined || only.includes(name));
  const { expected, again, node, docs } = values;
  return {
    list,
    out: resolve(values.out),
    expected,
    again,
    baselineOnly: values['baseline-only'],
    installs: !values['no-install'],
    types: !values['no-types'],
    tests: !values['no-tests'],
    node,
    docs,
  };
}

/** How to reach a registry from here. */
const NETWORK_SETTING = /^(https?_proxy|no_proxy|all_proxy|npm_config_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_.*)$/i;

/** An environment without this one's tokens, in which a repository finds its tools and a home of its own. */
function prepareEnvironment(scratch: string, node: string | undefined): Workshop['env'] {
  const tools = join(scratch, 'bin');
  const home = join(scratch, 'home');
  mkdirSync(tools, { recursive: true });
  mkdirSync(home, { recursive: true });
  for (const name of ['bun', 'bunx']) {
    // The link of an earlier run may lead to a checkout that is gone.
    rmSync(join(tools, name), { force: true });
    symlinkSync(join(repository, 'node_modules/.bin', name), join(tools, name));
  }
  const path = [node === undefined ? dirname(process.execPath) : findNode(node), tools, process.env.PATH];
  const settings = ['cache', 'globalconfig', 'userconfig'].map((name) => {
    const value = execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', stdio: 'pipe' });
    return [`npm_config_${name}`, value.trim()];
  });
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => NETWORK_SETTING.test(name))),
    ...Object.fromEntries(settings),
    PATH: path.join(delimiter),
    HOME: home,
    LANG: process.env.LANG ?? 'C.UTF-8',
    CI: '1',
    NO_COLOR: '1',
  };
}

/** The directory of another Node.js, as npm packages it. */
function findNode(version: string): string {
  const args = ['exec', '--yes', `--package=node@${version}`, '--', 'node', '-p', 'process.execPath'];
  return dirname(execFileSync('npm', args, { encoding: 'utf8' }).trim());
}

function resultFile(out: string, { name }: ListedRepository): string {
  return join(out, 'results', `${name.replaceAll('/', '+')}.json`);
}

function readResult(out: string, listed: ListedRepository): RepositoryResult | undefined {
  const file = resultFile(out, listed);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RepositoryResult) : undefined;
}

/** A migration that ended without a report is tried again. */
function isDone(result: RepositoryResult | undefined): boolean {
  return result?.packages.every(({ migration }) => migration.status === 'done') === true;
}

function readRows(out: string, list: readonly ListedRepository[]): readonly Row[] {
  return list.flatMap((listed) => readResult(out, listed) ?? []).map(summarize);
}

function writeTables(out: string, list: readonly ListedRepository[]): void {
  const rows = readRows(out, list);
  writeFileSync(join(out, 'corpus.md'), printMarkdown(rows));
  writeFileSync(join(out, 'corpus.json'), `${JSON.stringify(rows, undefined, 2)}\n`);
}

async function main(): Promise<void> {
  const { list, out, expected, again, baselineOnly, installs, types, tests, node, docs } = readOptions();
  mkdirSync(join(out, 'results'), { recursive: true });
  const env = prepareEnvironment(out, node);
  const packed = join(out, 'package');
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed);
  const tarball = await packTarball(packed, { cwd: repository, env, seconds: 120 });
  const sites = expected === undefined ? undefined : readExpectedSites(expected);

  for (const [index, listed] of list.entries()) {
    const shown = `${index + 1}/${list.length} ${listed.name}`;
    const onStep = (step: string): void => console.error(`${shown}: ${step}`);
    const workshop: Workshop = {
      directory: out,
      tarball,
      installs,
      types,
      tests,
      limits: LIMITS,
      env,
      onStep,
    };
    if (baselineOnly) await prepareBaseline(listed, workshop);
    else if (again || !isDone(readResult(out, listed))) {
      const result = await processRepository(listed, sites?.get(listed.name) ?? [], workshop);
      writeFileSync(resultFile(out, listed), `${JSON.stringify(result, undefined, 2)}\n`);
      writeTables(out, list);
    }
  }
  writeTables(out, list);
  if (docs !== undefined) {
    const page = withFigures(
      readFileSync(docs, 'utf8'),
      readRows(out, list),
      new Date().toISOString().slice(0, 10),
    );
    writeFileSync(docs, page);
  }
  console.log(readFileSync(join(out, 'corpus.md'), 'utf8'));
}

await main();
