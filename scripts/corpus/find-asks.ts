import { ts } from '../../engine/syntax/ts.ts';

/** A call that looks like an ask, read without types: this judges the tool, and so shares nothing with it. */
export interface AskCall {
  /** 1-based, of the called name. */
  readonly line: number;
  readonly name: string;
  readonly text: string;
  /** Whether a function around it is handed to `resumable(…)`. */
  readonly isMarked: boolean;
}

/** Every call of one of the names in a source text, in the order of the text. */
export function findCalls(text: string, fileName: string, names: ReadonlySet<string>): AskCall[] {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, false);
  const calls: AskCall[] = [];
  const visit = (node: ts.Node, isMarked: boolean): void => {
    let marksItsArguments = false;
    if (ts.isCallExpression(node)) {
      const called = calledName(node.expression);
      if (called !== undefined && names.has(called.text)) {
        const line = file.getLineAndCharacterOfPosition(called.getStart(file)).line + 1;
        calls.push({ line, name: called.text, text: node.getText(file), isMarked });
      }
      marksItsArguments = called?.text === 'resumable';
    }
    ts.forEachChild(node, (child) => visit(child, isMarked || marksItsArguments));
  };
  visit(file, false);
  return calls;
}

function calledName(callee: ts.Expression): ts.Identifier | ts.StringLiteral | undefined {
  if (ts.isIdentifier(callee)) return callee;
  if (ts.isPropertyAccessExpression(callee) && ts.isIdentifier(callee.name)) return callee.name;
  if (ts.isElementAccessExpression(callee) && ts.isStringLiteral(callee.argumentExpression))
    return callee.argumentExpression;
  return undefined;
}
