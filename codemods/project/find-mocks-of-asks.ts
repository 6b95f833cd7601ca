import { join } from 'node:path';

import { glob } from 'tinyglobby';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { isTestFile } from '../server-entry/is-test-file.ts';
import { BUILD_OUTPUT, IGNORED, SOURCE } from './find-source-units.ts';

/** Names that only the SDK has. */
const OWN_NAMES: ReadonlySet<string> = new Set(['elicitInput', 'requestSampling']);
/** Names that other code has too, so that they count only in a file that mentions the protocol. */
const SHARED_NAMES: ReadonlySet<string> = new Set(['createMessage', 'listRoots', 'sendRequest']);
const ANY_NAME = new RegExp([...OWN_NAMES, ...SHARED_NAMES].join('|'));
const PROTOCOL = /mcp|modelcontextprotocol|elicitation\/|sampling\/|roots\/list/i;

/** `vi.spyOn(server, 'elicitInput')`, also of Jest and Bun; `stub` is Sinon's, `method` the one of node:test. */
const REPLACING: ReadonlySet<string> = new Set(['spyOn', 'stub', 'method', 'replace']);

/**
 * The test files of a project that put a mock in the place of an ask, which migrated handlers do not call any more: one
 * remark for each, at its first mock. Tests are often in no tsconfig.json, so names decide, and not types.
 * @param read the text of a file, by absolute path
 * @returns spans name files relative to `root`
 */
export async function findMocksOfAsks(
  root: string,
  read: (path: string) => string,
): Promise<readonly Diagnostic[]> {
  const paths = await glob(SOURCE, { cwd: root, ignore: [...IGNORED, ...BUILD_OUTPUT] });
  return paths
    .filter(isTestFile)
    .sort()
    .flatMap((file) => {
      const text = read(join(root, file));
      const [first, ...others] = ANY_NAME.test(text) ? mocksIn(file, text) : [];
      if (first === undefined) return [];
      const span = { file, start: first.getStart(), end: first.getEnd() };
      const what = [...new Set([first, ...others].map(({ text }) => `\`${text}\``))].join(', ');
      return [diag.mockOfAsk(span, { what })];
    });
}

/** The names of the asks that are replaced in a text. */
function mocksIn(file: string, text: string): readonly (ts.Identifier | ts.StringLiteralLike)[] {
  const isOfProtocol = PROTOCOL.test(text);
  const found: (ts.Identifier | ts.StringLiteralLike)[] = [];
  const visit = (node: ts.Node): void => {
    const name = replacedName(node);
    if (name !== undefined && (OWN_NAMES.has(name.text) || (isOfProtocol && SHARED_NAMES.has(name.text))))
      found.push(name);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

/** What a node gives another function: a member of an object literal, a member that is assigned or spied on. */
function replacedName(node: ts.Node): ts.Identifier | ts.StringLiteralLike | undefined {
  if (ts.isMethodDeclaration(node) && ts.isObjectLiteralExpression(node.parent)) return nameIn(node.name);
  if (ts.isShorthandPropertyAssignment(node)) return node.name;
  if (ts.isPropertyAssignment(node)) return mayBeFunction(node.initializer) ? nameIn(node.name) : undefined;
  if (ts.isBinaryExpression(node)) {
    const { left, operatorToken, right } = node;
    const isAssigned = operatorToken.kind === ts.SyntaxKind.EqualsToken && mayBeFunction(right);
    return isAssigned && ts.isPropertyAccessExpression(left) ? nameIn(left.name) : undefined;
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const [, member] = node.arguments;
  const isReplacing = REPLACING.has(node.expression.name.text);
  return isReplacing && member !== undefined && ts.isStringLiteralLike(member) ? member : undefined;
}

function nameIn(name: ts.PropertyName | ts.MemberName): ts.Identifier | ts.StringLiteralLike | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name : undefined;
}

/** A function, or what may give one: `vi.fn()`, `mockElicit`, `mocks.elicit`, each also with a type. */
function mayBeFunction(value: ts.Expression): boolean {
  if (ts.isAsExpression(value) || ts.isSatisfiesExpression(value) || ts.isParenthesizedExpression(value))
    return mayBeFunction(value.expression);
  return (
    ts.isFunctionLike(value) ||
    ts.isCallExpression(value) ||
    ts.isIdentifier(value) ||
    ts.isPropertyAccessExpression(value)
  );
}
