import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { compile } from '../../../engine/compiled/compile.ts';
import { run } from './run-compiled.ts';
import type { Mode } from './run-compiled.ts';

/** Turns of the event loop without a timer, after which nothing but one can happen. */
const IDLE_TURNS = 5;

const handler = (body: string, helpers = ''): string =>
  `${helpers} const handler = resumable(async (ask) => { ${body} });`;

/** Lets a millisecond go by whenever nothing else happens, however long that takes in reality. */
async function passTime<Result>(running: Promise<Result>): Promise<Result> {
  const state = { isOver: false };
  const over = (): void => void (state.isOver = true);
  running.then(over, over);
  while (!state.isOver) {
    for (let turn = 0; turn < IDLE_TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!state.isOver) await vi.advanceTimersByTimeAsync(1);
  }
  return running;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a run showed until its result was there. */
async function shown(...parts: Parameters<typeof run>): Promise<readonly string[]> {
  const { log, result } = await passTime(run(...parts));
  return [...log, result];
}

const modes: readonly Mode[] = ['one-process', 'fresh-load', 'reformatted'];
/** Far longer than any test, and far shorter than the client of these tests takes. */
const [LONG, SHORT, SLOW] = [1_000_000, 5, 40];

const race = (ms: number): string =>
  `let t; try { log('won', await Promise.race([ask('a'), new Promise((_, reject) => { t = setTimeout(() => reject(new Error('late')), ${ms}); })])); } catch (e) { log('caught', e); } finally { clearTimeout(t); log('cleared'); } return await ask('b');`;

const withTimeout = (ms: number): string =>
  handler(
    `try { return await withTimeout(ask('a'), ${ms}); } catch (e) { return [e.message, await ask('b')]; }`,
    `const withTimeout = resumable(async (promise, ms) => { let timer; const late = new Promise((_, reject) => { timer = setTimeout(() => { reject(new Error('after ' + ms)); }, ms); }); try { return await Promise.race([promise, late]); } finally { if (timer) clearTimeout(timer); } });`,
  );

/** Handlers, by the time their timers have. */
const programs: Record<string, (ms: number) => string> = {
  'a race with a timer that is cleared': (ms) => handler(race(ms)),
  'a timer that gives a value': (ms) =>
    handler(
      `return await Promise.race([ask('a'), new Promise((r) => setTimeout(r, ${ms}, { action: 'late' }))]);`,
    ),
  'a timer that nobody clears': (ms) =>
    handler(
      `const late = () => new Promise((r) => { setTimeout(() => r('late'), ${ms}).unref(); }); return [await Promise.race([late(), ask('a')]), await ask('b')];`,
    ),
  'a helper of its own unit': withTimeout,
  'a helper that is not async': (ms) =>
    handler(
      `const limit = (p, ms) => Promise.race([p, new Promise((_, no) => setTimeout(no, ms, new RangeError('late')))]); try { return await limit(ask('a'), ${ms}); } catch (e) { log(e); return await ask('b'); }`,
    ),
  'a call that asks more than once': (ms) =>
    handler(
      `const two = async () => [await ask('a'), await ask('b')]; const late = new Promise((r) => setTimeout(r, ${ms} * 3, 'late')); return await Promise.race([two(), late]);`,
    ),
  'a timer that changes a variable': (ms) =>
    handler(
      `let late = false; const t = setTimeout(() => { late = true; log('tick'); }, ${ms}); const a = await ask('a'); clearTimeout(t); return [a, late];`,
    ),
  'a promise that is raced again': (ms) =>
    handler(
      `const late = new Promise((r) => setTimeout(r, ${ms}, 'late')); const out = []; for (const q of ['a', 'b']) out.push(await Promise.race([ask(q), late])); return out;`,
    ),
};

describe.each(Object.entries(programs))('%s', (_name, program) => {
  it.each(modes)('loses against an answer in time in mode %s', async (mode) => {
    const expected = await shown(program(LONG), 'native', (question) => `to ${question}`);
    expect(await shown(program(LONG), mode, (question) => `to ${question}`)).toEqual(expected);
  });

  it.each(modes)('wins against a later answer in mode %s', async (mode) => {
    const expected = await shown(program(SHORT), 'native', (question) => `to ${question}`, SLOW);
    expect(await shown(program(SHORT), mode, (question) => `to ${question}`, SLOW)).toEqual(expected);
  });
});

describe('timers that nobody asks beside', () => {
  it.each(modes)('run in their process in mode %s', async (mode) => {
    const source = handler(
      `const sleep = (ms) => new Promise((r) => setTimeout(r, ms)); await sleep(2); const a = await ask('a'); await sleep(2); const both = await Promise.all([ask('b'), sleep(2).then(() => 'slept'), (async () => { await sleep(2); log('slept'); })()]); return [a, both];`,
    );
    const expected = await shown(source, 'native', (question) => question, 10);
    expect(await shown(source, mode, (question) => question, 10)).toEqual(expected);
  });

  it('an interval pauses with the round: what it missed is one call', async () => {
    const source = handler(
      `let beats = 0; const t = setInterval(() => { beats++; }, 15); try { await ask('a'); } finally { clearInterval(t); } await ask('b'); return beats;`,
    );
    expect((await passTime(run(source, 'fresh-load', () => 1, 50))).result).toBe('value [1]');
  });
});

describe('refuses', () => {
  it.each([
    ['two asks', `return await Promise.race([ask('a'), ask('b')]);`, 'Promise.race between two asks'],
    [
      'a promise that is no timer',
      `const gate = () => new Promise((r) => { log.r = r; }); return await Promise.race([ask('a'), gate()]);`,
      'a promise that is no timer',
    ],
    ['any', `return await Promise.any([ask('a'), ask('b')]);`, 'awaited by code that is not compiled'],
    [
      'a timer that other code waits for',
      `const late = new Promise((r) => setTimeout(r, 1e6)); const seen = { l: late.then(() => log('x')) }; return await Promise.race([ask('a'), late]);`,
      'A timer that runs while the client is asked',
    ],
    [
      'a callback over what cannot be carried',
      `class Service { close() {} } const s = new Service(); const t = setTimeout(() => s.close(), 1e6); await ask('a'); clearTimeout(t);`,
      '`t` of case.js#handler is needed after the ask',
    ],
    [
      'a handle that others know',
      `const timers = []; timers.push(setTimeout(() => log('x'), 20)); await ask('a'); timers.forEach(clearTimeout);`,
      '`timers` of case.js#handler is needed after the ask',
    ],
  ])('%s', async (_what, body, message) => {
    const { result } = await passTime(run(handler(body), 'fresh-load', () => 1));
    expect(result).toContain(message);
  });
});

it('notes that a race against a timer is decided later', () => {
  const { notes, diagnostics } = compile(`import { resumable } from 'mrtr/runtime'; ${handler(race(LONG))}`, {
    filename: 'case.js',
  });
  expect([diagnostics, notes.map(({ code }) => code)]).toEqual([[], ['MRTR1505']]);
});
