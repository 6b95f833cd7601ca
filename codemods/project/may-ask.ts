import { ts } from '../../engine/syntax/ts.ts';
import type { SourceUnit } from './find-source-units.ts';

/** Names that only the SDK has, and names that other code has too. */
const OWN_NAMES =
  /elicitInput|UrlElicitationRequiredError|requestSampling|elicitation\/create|sampling\/createMessage|roots\/list/;
const SHARED_NAMES = /createMessage|listRoots/;
/** What the contexts of frameworks call their asks. */
const CONTEXT_NAMES = /^(?:elicit|sample)$/;
const NEEDS_A_LOOK = /createMessage|listRoots|\b(?:elicit|sample)\b/;

/**
 * Whether a file of a unit may ask, without loading a program for it. A name that other code has too counts only where it
 * may be called: not as the name of a property that is declared, nor as a value that is handed to a function.
 */
export function mayAsk({ files }: SourceUnit, read: (path: string) => string): boolean {
  if (files.some((file) => OWN_NAMES.test(read(file)))) return true;
  return files.some((file) => NEEDS_A_LOOK.test(read(file)) && callsSharedName(file, read(file)));
}

/** Whether a unit may have a server of an earlier migration, whose entry could not be converted then. */
export function mayBeWired({ files }: SourceUnit, read: (path: string) => string): boolean {
  return files.some((file) => read(file).includes('mrtr/runtime'));
}

function callsSharedName(path: string, text: string): boolean {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): boolean => {
    const isName = (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) && SHARED_NAMES.test(node.text);
    const isContextCall =
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      CONTEXT_NAMES.test(node.expression.name.text);
    return isContextCall || (isName && mayBeCalled(node)) || ts.forEachChild(node, visit) === true;
  };
  return visit(file);
}

function mayBeCalled(name: ts.Node): boolean {
  const { parent } = name;
  const isDeclared =
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent)) &&
    parent.name === name;
  if (isDeclared) return false;
  const value = ts.isPropertyAccessExpression(parent) ? parent : name;
  const isHandedOn =
    ts.isCallExpression(value.parent) && value.parent.arguments.some((argument) => argument === value);
  return !isHandedOn;
}
