/**
 * `npm run test262 -- <checkout> [--only pattern] [--workers n]`: statements and expressions of a checkout of
 * github.com/tc39/test262 as handlers that ask, native against compiled. A form of a test that passes natively must pass
 * compiled, or be refused by a diagnostic.
 */
import { fork } from 'node:child_process';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { globSync } from 'tinyglobby';

import type { Verdict } from './test262/run-form.ts';
import type { Report, Share } from './test262/worker.ts';

const STATEMENTS =
  'async-function,block,break,class,const,continue,do-while,for,for-await-of,for-in,for-of,function,if,labeled,let,return,switch,throw,try,variable,while';
const EXPRESSIONS =
  'addition,array,arrow-function,assignment,async-arrow-function,async-function,await,call,class,coalesce,comma,compound-assignment,conditional,delete,equals,function,grouping,in,instanceof,logical-and,logical-assignment,logical-or,new,new.target,object,optional-chaining,postfix-increment,prefix-increment,property-accessors,super,tagged-template,template-literal,this,typeof,unary-minus,void';
const PATTERNS = [
  `test/language/statements/{${STATEMENTS}}/**/*.js`,
  `test/language/expressions/{${EXPRESSIONS}}/**/*.js`,
  'test/language/{arguments-object,block-scope,computed-property-names,destructuring,rest-parameters}/**/*.js',
];

/** A test that takes longer does not end. */
const PATIENCE_MS = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { workers: { type: 'string', default: '1' }, only: { type: 'string', default: '' } },
});
const root = resolve(positionals[0] ?? 'test262');
const files = globSync(PATTERNS, { cwd: root, absolute: true, ignore: '**/*_FIXTURE.js' })
  .filter((file) => new RegExp(values.only).test(relative(root, file)))
  .sort();
const counts = new Map<string, number>();

function count({ kind, detail }: Verdict, file: string): void {
  const key = kind === 'failed' || detail === '' ? kind : `${kind}: ${detail}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
  if (kind !== 'failed') return;
  process.exitCode = 1;
  console.log(`FAILED ${relative(root, file)} (${detail})`);
}

/** Runs `share` in a process of its own; what comes behind a test that does not end, in another. */
function work(share: Share): Promise<void> {
  const worker = fork(new URL('test262/worker.ts', import.meta.url));
  let current: string | undefined;
  let isThrough = false;
  let watchdog: NodeJS.Timeout | undefined;
  worker.on('message', (report: Report) => {
    // From the first test on: how long it takes to load the engine says nothing about a test.
    watchdog = watchdog?.refresh() ?? setTimeout(() => worker.kill('SIGKILL'), PATIENCE_MS);
    if (report.kind === 'begin') current = report.file;
    else if (report.kind === 'end') isThrough = true;
    else count(report.verdict, current ?? '');
  });
  worker.send(share);
  return new Promise((resolve, reject) => {
    worker.on('exit', (status) => {
      clearTimeout(watchdog);
      if (isThrough) return resolve();
      if (current === undefined)
        return reject(new Error(`a process ended before its first test (${status})`));
      count({ kind: 'failed', detail: 'does not end' }, current);
      resolve(work({ ...share, files: share.files.slice(share.files.indexOf(current) + 1) }));
    });
  });
}

const workers = Number(values.workers);
const shares = Array.from({ length: workers }, (_, index) =>
  files.filter((_file, position) => position % workers === index),
);
await Promise.all(shares.map((share) => work({ root, files: share })));
for (const [key, number] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`${number}\t${key}`);
console.log(`${files.length} files, up to three forms each`);
