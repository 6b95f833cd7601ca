import { describe, expect, it } from 'vitest';

import { compile } from '../../../engine/compiled/compile.ts';

const BODY = `const a = await ask('q'); const b = (a + 1) * 2; log(\`\${a}\`, !a, b); return [a, b];`;

function hashOf(body: string, rest = ''): string | undefined {
  const source = `import { resumable } from 'mrtr/runtime';\n${rest}\nexport const handler = resumable(async (ask) => { ${body} });`;
  return /hash: "([^"]+)"/.exec(compile(source, { filename: 'case.ts' }).code)?.[1];
}

const original = hashOf(BODY);

describe('keeps its hash when only this changes:', () => {
  it.each([
    ['comments and white space', BODY.replaceAll('; ', '; // note\n   ')],
    ['quotes', BODY.replaceAll("'q'", '"q"')],
    ['semicolons', BODY.replaceAll('; ', '\n')],
    ['redundant parentheses', BODY.replace('!a', '(!(a))')],
    ['types', BODY.replace('const a =', 'const a: number =').replace('a + 1', '(a as number)! + 1')],
    ['the rest of the file', BODY, `const unrelated = 1;`],
  ])('%s', (_what, body, rest = '') => {
    expect(original).toBeDefined();
    expect(hashOf(body, rest)).toBe(original);
  });
});

describe('changes its hash with', () => {
  it.each([
    ['a name', BODY.replaceAll('b', 'c')],
    ['a literal', BODY.replace("'q'", "'p'")],
    ['the grouping of operators', BODY.replace('(a + 1) * 2', 'a + 1 * 2')],
    ['an operator', BODY.replace('a + 1', 'a - 1')],
    ['a prefix operator', BODY.replace('!a', '+a')],
    ['text of a template', BODY.replace('`$', '`x$')],
    ['the kind of a declaration', BODY.replace('const b', 'let b')],
  ])('%s', (_what, body) => {
    expect(hashOf(body)).not.toBe(original);
  });

  it('an assignment elsewhere that makes a value carried', () => {
    const body = `return [limit, await ask('q')];`;
    const constant = hashOf(body, `let limit = 1; limit;`);
    expect(hashOf(body, `let limit = 1; limit = 2;`)).not.toBe(constant);
  });
});
