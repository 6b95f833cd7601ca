import { describe, expect, it } from 'vitest';

import { compile } from '../../../engine/compiled/compile.ts';

const FUNCTION = `async (ask) => { const a = await ask('q'); return a; }`;

describe('a marked function is found behind', () => {
  it.each([
    [`import { resumable } from 'mrtr/runtime'`, 'resumable'],
    [`import { resumable as mark } from "mrtr/runtime"`, 'mark'],
    [`import { 'resumable' as mark } from "mrtr/runtime"`, 'mark'],
    [`import * as mrtr from 'mrtr/runtime'`, 'mrtr.resumable'],
    [`import mrtr = require('mrtr/runtime')`, 'mrtr.resumable'],
    [`const { resumable } = require('mrtr/runtime')`, 'resumable'],
    [`const { createRequestState, resumable: mark } = require('mrtr/runtime')`, 'mark'],
    [`const resumable = require('mrtr/runtime').resumable`, 'resumable'],
    [`const { resumable } = await import('mrtr/runtime')`, 'resumable'],
    // TypeScript, with and without esModuleInterop and tslib; esbuild; SWC; Babel
    [`const runtime_1 = require("mrtr/runtime")`, '(0, runtime_1.resumable)'],
    [`const mrtr = __importStar(require("mrtr/runtime"))`, 'mrtr.resumable'],
    [`const mrtr = tslib_1.__importStar(require("mrtr/runtime"))`, 'mrtr.resumable'],
    [`const mrtr = (0, tslib_1.__importStar)(require("mrtr/runtime"))`, 'mrtr.resumable'],
    [`var import_runtime = __toESM(require("mrtr/runtime"))`, '(0, import_runtime.resumable)'],
    [`const _runtime = require("mrtr/runtime")`, '(0, _runtime.resumable)'],
    [
      `const _runtime = /*#__PURE__*/ _interop_require_wildcard(require("mrtr/runtime"))`,
      '_runtime.resumable',
    ],
  ])('%s', (declaration, callee) => {
    const { code, manifest, diagnostics } = compileFile(`${declaration};\nconst h = ${callee}(${FUNCTION});`);
    expect([manifest, diagnostics]).toEqual([['server.ts#h'], []]);
    expect(code).toContain(`const h = ${callee}({ id: "server.ts#h"`);
  });
});

it.each(['(() => {', '(function () {'])('finds it in a module that is wrapped by %s', (opening) => {
  const text = `${opening}\nvar r = require("mrtr/runtime");\nconst h = (0, r.resumable)(${FUNCTION});\n})()`;
  expect(compileFile(text).manifest).toEqual(['server.ts#h']);
});

describe('nothing is compiled for', () => {
  it.each([
    [`import { resumable } from 'other/runtime'`, 'resumable'],
    [`import { createRequestState as resumable } from 'mrtr/runtime'`, 'resumable'],
    [`import * as mrtr from 'mrtr/runtime'`, 'mrtr.unvalidated'],
    [`import * as mrtr from 'mrtr/runtime'`, 'other.resumable'],
    [`const mrtr = decorate(require('mrtr/runtime'))`, 'mrtr.resumable'],
  ])('%s', (declaration, callee) => {
    const text = `${declaration};\nconst h = ${callee}(${FUNCTION});`;
    expect(compileFile(text)).toMatchObject({ code: text, manifest: [], diagnostics: [] });
  });
});

it('names an exported function of CommonJS output, and finds its callers again through the exports object', () => {
  const { code, manifest } = compileFile(
    `const r = require("mrtr/runtime");
exports.helper = (0, r.resumable)(${FUNCTION});
const other = require("./other.js");
exports.main = (0, r.resumable)(async (ask) => (0, exports.helper)(await (0, other.first)(ask)));`,
  );
  expect(manifest).toEqual(['server.ts#helper', 'server.ts#main']);
  expect(code).toContain('= exports) => [$r$1, $r$1.helper]');
  expect(code).toContain('= other) => [$r$1, $r$1.first]');
  expect(code).toMatch(/case \d+: \$m = \(0, exports\.helper\); break;/);
});

it('leaves what it has compiled as it is', () => {
  const once = compileFile(`import { resumable } from 'mrtr/runtime';\nconst h = resumable(${FUNCTION});`);
  expect(compileFile(once.code)).toMatchObject({ code: once.code, manifest: [], diagnostics: [] });
});

describe('is reported, and left as it is:', () => {
  it.each([
    ['MRTR1502', `(ask) => __awaiter(void 0, void 0, void 0, function* () { yield ask('q'); })`],
    ['MRTR1502', `(ask) => tslib_1.__awaiter(void 0, void 0, void 0, function* () { yield ask('q'); })`],
    ['MRTR1502', `(0, _async_to_generator._)(function* (ask) { yield ask('q'); })`],
    ['MRTR1502', `(ask) => __async(null, null, function* () { yield ask('q'); })`],
    ['MRTR1503', `publish`],
    ['MRTR1503', `withLogging(${FUNCTION})`],
  ])('%s %s', (code, argument) => {
    const text = `import { resumable } from 'mrtr/runtime';\nconst h = resumable(${argument});`;
    const result = compileFile(text);
    expect([result.code, result.diagnostics.map((one) => one.code)]).toEqual([text, [code]]);
  });
});

function compileFile(text: string): ReturnType<typeof compile> {
  return compile(text, { filename: '/home/me/server.ts', moduleId: 'server.ts' });
}
