import { expect, test } from 'vitest';

import { SourceText } from '../../codemods/await-to-mrtr/source-text.ts';
import { applyEdits } from '../../codemods/edits.ts';
import { mergeImports } from '../../codemods/imports.ts';
import { printRequestStateModule } from '../../codemods/state-codec/print-request-state-module.ts';
import { wireStateCodec } from '../../codemods/state-codec/wire-state-codec.ts';
import { checkText } from '../harness/program.ts';

const HEAD = `import { McpServer as Mcp, Server, type ServerOptions } from '@modelcontextprotocol/server';
import { requestState } from './request-state.js';
declare const options: ServerOptions;
declare class McpServer { constructor(info: unknown); }
`;

function wire(body: string): { after: string; codes: string[]; imports: number } {
  const { file, checker } = checkText(HEAD + body);
  const { edits, diagnostics, imports } = wireStateCodec(file, {
    checker,
    requestStateModule: './request-state.js',
  });
  return {
    after: applyEdits(file.text, edits).slice(HEAD.length),
    codes: diagnostics.map(({ code }) => code),
    imports: imports.length,
  };
}

test.each([
  ['no options', 'new Mcp(info);', 'requestState.protect(new Mcp(info, { requestState }));'],
  ['low level', 'new Server(info, {});', 'requestState.protect(new Server(info, { requestState }));'],
  ['literal', 'new Mcp(info, { a: 1 });', 'requestState.protect(new Mcp(info, { a: 1, requestState }));'],
  [
    'trailing comma',
    'new Mcp(info, { a: 1, });',
    'requestState.protect(new Mcp(info, { a: 1, requestState, }));',
  ],
  [
    'several lines',
    'new Mcp(info, {\n  a: 1,\n  b: 2,\n});',
    'requestState.protect(new Mcp(info, {\n  a: 1,\n  b: 2,\n  requestState,\n}));',
  ],
  [
    'several lines, CRLF',
    'new Mcp(info, {\r\n  a: 1\r\n});',
    'requestState.protect(new Mcp(info, {\r\n  a: 1,\r\n  requestState\r\n}));',
  ],
  [
    'a variable',
    'new Mcp(info, options);',
    'requestState.protect(new Mcp(info, { ...options, requestState }));',
  ],
  [
    'options that are undefined',
    'new Mcp(info, undefined);',
    'requestState.protect(new Mcp(info, { requestState }));',
  ],
])('%s', (_, before, after) => {
  const info = 'const info = { name: "n", version: "1" };\n';
  const wired = wire(info + before);
  expect(wired).toEqual({ after: info + after, codes: [], imports: 1 });
  expect(wire(wired.after)).toEqual({ after: wired.after, codes: [], imports: 0 });
});

test('a file that uses the name for something else imports it under another', () => {
  const text = `import { McpServer } from '@modelcontextprotocol/server';
export const server = new McpServer({ name: 'n', version: '1' });
export function log(requestState: string, mrtrState: string): void {}
`;
  const rewrite = (before: string): string => {
    const { file, checker } = checkText(before);
    const wiring = wireStateCodec(file, { checker, requestStateModule: './request-state.js' });
    const imports = mergeImports(file, wiring.imports, new SourceText(file));
    return applyEdits(file.text, [...wiring.edits, ...imports]);
  };
  const wired = rewrite(text);
  expect(wired).toContain(`import { requestState as mrtrState2 } from './request-state.js';`);
  expect(wired).toContain(
    `mrtrState2.protect(new McpServer({ name: 'n', version: '1' }, { requestState: mrtrState2 }))`,
  );
  expect(rewrite(wired)).toBe(wired);
});

test.each([
  ['a codec of its own', 'new Mcp({ name: "n", version: "1" }, { requestState: mine });', ['MRTR4001']],
  ['a class of the same name', 'new McpServer({});', []],
])('%s is left alone', (_, body, codes) => {
  expect(wire(body)).toEqual({ after: body, codes, imports: 0 });
});

test('the module with the codec is written as the other files of the project are', () => {
  const style = { quote: '"', semicolon: '', eol: '\r\n', isTyped: false, isCommonJs: true };
  const text = printRequestStateModule('sdk', style);
  expect(text).toContain('const { createRequestState } = require("mrtr/runtime")\r\n');
  expect(text).toContain(
    'exports.requestState = createRequestState({ codec: createRequestStateCodec({ key }) })\r\n',
  );
  expect(text.replace("SDK's", '')).not.toMatch(/[';]|[^\r]\n/);
});
