import { Choices } from './choices.ts';
import { OUTERMOST } from './handler/place.ts';
import { StatementWriter } from './handler/statement-writer.ts';

/** Writes a random handler over the supported grammar: every loop ends, every effect is logged. */
export function generateHandler(random: () => number): string {
  const writer = new StatementWriter(new Choices(random));
  const body = writer.block(OUTERMOST, 5);
  return `function* live(items) { try { yield* items; } finally { log('closed'); } }
const later = async (value) => { for (let turn = 0; turn < 9; turn++) await null; return value; };
const late = resumable(async (ms, value) => { const promise = new Promise((resolve, reject) => { setTimeout(() => { if (value) resolve(value); else reject(new Error('late')); }, ms).unref(); }); return await promise; });
const span = resumable(async (name, run) => { log('begin', name); try { return await run(name); } finally { log('end', name); } });
const retry = resumable(async (run) => { for (let attempt = 1; ; attempt++) { try { return await span(attempt, () => run(attempt)); } catch (error) { if (attempt > 1) throw error; log(error.message); } } });
const limit = resumable(async (promise) => await Promise.race([promise, late(1e6, 'late')]));
const helper = resumable(async (ask, n, x = 7) => { const kept = []; let budget = 4; const spend = () => budget-- > 0; ${writer.block({ ...OUTERMOST, variables: ['n', 'x'], depth: 2 }, 3)} });
class Base { label() { return 'base'; } async run(ask, n) { return [this.label(), await ask(['base', n])]; } static { resumable(this, 'run'); } }
class Service extends Base { #deep = 2; label() { return 'service'; } async run(ask, n) { const kept = []; let budget = 3; const spend = () => budget-- > 0; if (spend()) log(await super.run(ask, n), this.#deep, super.label(), this.label()); ${writer.block({ ...OUTERMOST, variables: ['n'], depth: 2 }, 2)} } static { resumable(this, 'run'); } }
const service = new Service();
const handler = resumable(async (ask) => { const kept = []; let budget = 12; const spend = () => budget-- > 0; ${body} log(kept.map((f) => f())); });`;
}
