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

/** Every call of one of the names in a source text, in the order of the text, and every constant that takes the method. */
export function findCalls(text: string, fileName: string, names: ReadonlySet<string>): AskCall[] {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, false);
  const calls: AskCall[] = [];
  const visit = (node: ts.Node, isMarked: boolean): void => {
    let marksItsArguments = false;
    const taken = takenMethod(node);
    if (taken !== undefined && names.has(taken.name.text) && !isRequestBuilder(taken)) {
      const line = file.getLineAndCharacterOfPosition(taken.name.getStart(file)).line + 1;
      calls.push({ line, name: taken.name.text, text: taken.getText(file), isMarked });
    }
    if (ts.isCallExpression(node)) {
      const called = calledName(node.expression);
      if (called !== undefined && names.has(called.text) && !isRequestBuilder(node.expression)) {
        const line = file.getLineAndCharacterOfPosition(called.getStart(file)).line + 1;
        calls.push({ line, name: called.text, text: node.getText(file), isMarked });
      }
      marksItsArguments = called?.text === 'resumable';
    }
    const methods = ts.isClassLike(node) ? markedMethods(node, file) : [];
    ts.forEachChild(node, (child) => {
      const isMethod = ts.isMethodDeclaration(child) && methods.includes(child.name.getText(file));
      visit(child, isMarked || marksItsArguments || isMethod);
    });
  };
  visit(file, false);
  return calls;
}

/** `const ask = server.elicitInput`: it is called by another name, so this stands for the call. */
function takenMethod(node: ts.Node): ts.PropertyAccessExpression | undefined {
  if (!ts.isVariableDeclaration(node) || node.initializer === undefined) return undefined;
  return ts.isPropertyAccessExpression(node.initializer) ? node.initializer : undefined;
}

/** `inputRequired.elicit(…)` is what a rewritten ask is made of. */
function isRequestBuilder(callee: ts.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(callee) &&
    ts.isIdentifier(callee.expression) &&
    callee.expression.text === 'inputRequired'
  );
}

/** The methods that `static { resumable(this, 'name'); }` marks. */
function markedMethods(holder: ts.ClassLikeDeclaration, file: ts.SourceFile): readonly string[] {
  const blocks = holder.members.filter(ts.isClassStaticBlockDeclaration).map((block) => block.getText(file));
  const marks = blocks.flatMap((block) => [...block.matchAll(/\bresumable\(this,([^)]*)\)/g)]);
  return marks.flatMap(([, names = '']) =>
    [...names.matchAll(/['"]([^'"]+)['"]/g)].map(([, name = '']) => name),
  );
}

function calledName(callee: ts.Expression): ts.Identifier | ts.StringLiteral | undefined {
  if (ts.isIdentifier(callee)) return callee;
  if (ts.isPropertyAccessExpression(callee) && ts.isIdentifier(callee.name)) return callee.name;
  if (ts.isElementAccessExpression(callee) && ts.isStringLiteral(callee.argumentExpression))
    return callee.argumentExpression;
  return undefined;
}
