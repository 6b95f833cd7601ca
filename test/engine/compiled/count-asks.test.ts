import { expect, it } from 'vitest';

import { explain } from '../../../engine/compiled/explain.ts';

const ask = 'await ctx.mcpReq.elicitInput({})';

// Conditions are not evaluated, so `for (;;)` counts as a loop that may end at once.
it.each([
  ['no ask', 'return await fetch(ctx);', 0, 0],
  ['asks in a row', `${ask}; ${ask}; return 1;`, 2, 2],
  ['an ask in one branch', `if (ctx.a) ${ask}; ${ask};`, 1, 2],
  ['a way out between two', `${ask}; if (ctx.a) return; ${ask};`, 1, 2],
  ['a throw between two', `${ask}; if (ctx.a) throw ctx; ${ask};`, 2, 2],
  ['an ask in a catch', `try { ${ask}; } catch { ${ask}; } ${ask};`, 2, 3],
  ['an ask in a loop', `for (const a of ctx.list) ${ask};`, 0, undefined],
  ['an ask after a loop', `for (const a of ctx.list) await a.run(); ${ask};`, 1, 1],
  [
    'an ask that is tried again',
    `for (;;) { try { ${ask}; break; } catch { await 0; } } ${ask};`,
    1,
    undefined,
  ],
  [
    'asks that wait together',
    `await Promise.all([ctx.server.createMessage(1), ctx.server.listRoots()]);`,
    1,
    1,
  ],
])('%s', (_what, body, min, max) => {
  const text = `import { resumable } from 'mrtr/runtime';\nexport const f = resumable(async (ctx) => { ${body} });`;
  const [unit] = explain(text, { filename: 'f.ts' });
  expect(unit?.functions[0]?.asks).toEqual({ min, max });
});
