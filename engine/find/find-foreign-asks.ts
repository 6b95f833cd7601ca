import { ts } from '../syntax/ts.ts';
import { isSdkFile } from './find-asks.ts';
import { findSuspensions } from './find-resumable-functions.ts';
import { answerType } from './untyped-ask.ts';

/** A call that seems to ask the client through a package around the SDK, which nothing here can rewrite or compile. */
export interface ForeignAsk {
  readonly call: ts.CallExpression;
  /** What the method is a member of, as its package calls it. */
  readonly holder: string;
  readonly packageName: string;
}

/** What the answer to an ask has, by the names that frameworks give to the method. */
const ANSWERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['elicit', ['action']],
  ['elicitInput', ['action']],
  ['requestElicitation', ['action']],
  ['sample', ['content']],
  ['createMessage', ['content', 'role']],
  ['requestSampling', ['content', 'role']],
  ['listRoots', ['roots']],
]);

/** Finds the asks that go through a type that another package than the SDK declares. */
export function findForeignAsks(file: ts.SourceFile, checker: ts.TypeChecker): readonly ForeignAsk[] {
  const found: ForeignAsk[] = [];
  const visit = (node: ts.Node): void => {
    const ask = ts.isCallExpression(node) ? foreignAskOf(node, checker) : undefined;
    if (ask !== undefined) found.push(ask);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The calls in `files` through which an ask is reached: of the function it is in, of what calls that, and so on. */
export function findForeignCallers(
  { call }: ForeignAsk,
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
): readonly ts.CallExpression[] {
  const { functions, stranded } = findSuspensions(files, checker, [call]);
  return [...functions.flatMap(({ calls }) => calls), ...stranded].filter((caller) => caller !== call);
}

function foreignAskOf(call: ts.CallExpression, checker: ts.TypeChecker): ForeignAsk | undefined {
  if (!ts.isPropertyAccessExpression(call.expression)) return undefined;
  const answer = ANSWERS.get(call.expression.name.text);
  const declaration = answer && checker.getResolvedSignature(call)?.declaration;
  if (answer === undefined || declaration === undefined) return undefined;
  const packageName = packageOf(declaration.getSourceFile().fileName);
  const result = packageName === undefined ? undefined : answerType(call, checker);
  if (packageName === undefined || result === undefined) return undefined;
  if (!answer.every((property) => result.getProperty(property) !== undefined)) return undefined;
  return { call, holder: holderOf(declaration) ?? call.expression.expression.getText(), packageName };
}

/** The package that a declaration file belongs to; undefined for a file of the project and for the SDK. */
function packageOf(fileName: string): string | undefined {
  if (isSdkFile(fileName)) return undefined;
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(fileName)?.[1]?.replaceAll('\\', '/');
}

/** The class, interface or type alias around a declaration. */
function holderOf(declaration: ts.Node): string | undefined {
  const holder = ts.findAncestor(
    declaration,
    (node) => ts.isClassLike(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node),
  );
  return (holder as ts.NamedDeclaration | undefined)?.name?.getText();
}
