import MagicString from 'magic-string';

import { ts } from '../../engine/syntax/ts.ts';

/**
 * Where a test asks: `statements` before each statement of its top level; `blocks` before every statement that an ask may
 * stand in front of; `operands` in place of every literal, whose value the client answers.
 */
export type Form = 'statements' | 'blocks' | 'operands';

export const FORMS: readonly Form[] = ['statements', 'blocks', 'operands'];

/**
 * A test as a resumable handler that asks. `asyncTest(f)`, which would call `f` where nothing can ask, becomes a call of
 * `f` that is awaited.
 * @returns undefined for what is no valid program
 */
export function placeAsks(text: string, form: Form): string | undefined {
  const source = ts.createSourceFile('test.js', text, ts.ScriptTarget.Latest, true);
  if (!isValid(source)) return undefined;
  const output = new MagicString(text);
  new AskWriter(output, form).visit(source);
  return `const handler = resumable(async (ask) => {\n${output.toString()}\nawait ask('end');\n});`;
}

/** True where the parser has nothing to say; to ask the printer as well would be to meet its own mistakes. */
function isValid(source: ts.SourceFile): boolean {
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === source.fileName ? source : undefined),
    fileExists: (name) => name === source.fileName,
    readFile: () => undefined,
    writeFile: () => undefined,
    getDefaultLibFileName: () => '',
    getCurrentDirectory: () => '',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
  };
  const options = { allowJs: true, noLib: true, noResolve: true, types: [] };
  const program = ts.createProgram([source.fileName], options, host);
  return program.getSyntacticDiagnostics(source).length === 0;
}

class AskWriter {
  readonly #output: MagicString;
  readonly #form: Form;
  #asks = 0;

  constructor(output: MagicString, form: Form) {
    this.#output = output;
    this.#form = form;
  }

  visit(node: ts.Node): void {
    if (ts.isClassLike(node)) return;
    if (ts.isFunctionLike(node)) {
      const body = 'body' in node ? node.body : undefined;
      if (this.#form !== 'statements' && body !== undefined && mayAsk(node)) this.visit(body);
      return;
    }
    if (isAsyncTest(node)) this.#callAsyncTest(node);
    if (this.#form === 'operands' && isOperand(node)) {
      this.#output.overwrite(node.getStart(), node.end, `(await ask(${node.getText()}))`);
      return;
    }
    for (const statement of this.#statementsOf(node)) {
      this.#output.appendLeft(statement.getStart(), `await ask('s${this.#asks++}'); `);
    }
    if (this.#form === 'statements' && !ts.isSourceFile(node) && !isAsyncTestStatement(node)) return;
    ts.forEachChild(node, (child) => this.visit(child));
  }

  #statementsOf(node: ts.Node): readonly ts.Statement[] {
    if (ts.isSourceFile(node)) return this.#form === 'operands' ? [] : node.statements;
    const hasList = ts.isBlock(node) || ts.isCaseOrDefaultClause(node);
    return hasList && this.#form === 'blocks' ? node.statements : [];
  }

  #callAsyncTest({ expression, arguments: [test] }: ts.CallExpression): void {
    if (test === undefined) return;
    this.#output.overwrite(expression.getStart(), expression.end, ';await ');
    this.#output.appendLeft(test.end, ')()').appendRight(test.getStart(), '(');
  }
}

/** An async function, unless something that is not compiled calls it. */
function mayAsk(node: ts.SignatureDeclaration): boolean {
  const isAsync = (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Async) !== 0;
  const isGenerator = 'asteriskToken' in node && node.asteriskToken !== undefined;
  const { parent } = node;
  const isArgument = ts.isCallExpression(parent) && parent.expression !== node && !isAsyncTest(parent);
  return isAsync && !isGenerator && !isArgument;
}

function isAsyncTest(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.getText() === 'asyncTest';
}

function isAsyncTestStatement(node: ts.Node): boolean {
  return isAsyncTest(node) || (ts.isExpressionStatement(node) && isAsyncTest(node.expression));
}

function isOperand(node: ts.Node): boolean {
  const isLiteral =
    ts.isNumericLiteral(node) ||
    ts.isStringLiteral(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword;
  if (!isLiteral) return false;
  const { parent } = node;
  const isName = ts.isPropertyName(node) && 'name' in parent && parent.name === node;
  const isKey = ts.isBindingElement(parent) && parent.propertyName === node;
  const isDirective = ts.isExpressionStatement(parent) && ts.isStringLiteral(node);
  return !isName && !isKey && !isDirective;
}
