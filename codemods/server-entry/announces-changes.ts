import { ts } from '../../engine/syntax/ts.ts';
import { sdkMethod } from './sdk-symbols.ts';

/** The SDK's methods that tell a client of changed lists and resources, its handles' (`RegisteredTool`) included. */
const ANNOUNCING: ReadonlySet<string> = new Set([
  'sendToolListChanged',
  'sendPromptListChanged',
  'sendResourceListChanged',
  'sendResourceUpdated',
  'enable',
  'disable',
  'update',
  'remove',
]);
const MAY_ANNOUNCE = new RegExp(`\\.(?:${[...ANNOUNCING].join('|')})\\b`);

/** Whether a program's own code tells clients that a list or a resource has changed. */
export function announcesChanges(program: ts.Program): boolean {
  const checker = program.getTypeChecker();
  return program
    .getSourceFiles()
    .some((file) => !file.isDeclarationFile && MAY_ANNOUNCE.test(file.text) && announces(file, checker));
}

function announces(file: ts.SourceFile, checker: ts.TypeChecker): boolean {
  const visit = (node: ts.Node): boolean =>
    (ts.isCallExpression(node) && ANNOUNCING.has(sdkMethod(node, checker) ?? '')) ||
    ts.forEachChild(node, visit) === true;
  return visit(file);
}
