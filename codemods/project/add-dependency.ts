import { ts } from '../../engine/syntax/ts.ts';
import { applyEdits } from '../edits.ts';
import type { TextEdit } from '../edits.ts';

const DEPENDENCY_FIELDS = ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'];

/**
 * Adds a dependency to the text of a package.json, leaving every other byte as it is. It goes where npm would put it in
 * a sorted list, and to the end of a list that is not sorted.
 * @param beside a package whose field the new one goes to
 * @param otherwise the field it goes to without one
 * @returns the new text; the same text when some field already names the package or the text is not an object
 */
export function addDependency(
  text: string,
  name: string,
  range: string,
  beside?: string,
  otherwise: 'dependencies' | 'devDependencies' = 'dependencies',
): string {
  const root = parseJson(text);
  if (root === undefined || !ts.isObjectLiteralExpression(root) || fieldOf(root, name) !== undefined)
    return text;
  const field = (beside === undefined ? undefined : fieldOf(root, beside)) ?? otherwise;
  const entry = `${JSON.stringify(name)}: ${JSON.stringify(range)}`;
  const list = propertyOf(root, field)?.initializer;
  const edit =
    list !== undefined && ts.isObjectLiteralExpression(list)
      ? insertProperty(text, list, entry, sortedSuccessor(list, name))
      : insertProperty(text, root, printField(text, root, field, entry), propertyOf(root, 'devDependencies'));
  return applyEdits(text, [edit]);
}

/** Adds a script to the text of a package.json; the same text when one of that name or with that command is there. */
export function addScript(text: string, name: string, command: string): string {
  const root = parseJson(text);
  if (root === undefined || !ts.isObjectLiteralExpression(root)) return text;
  const scripts = propertyOf(root, 'scripts')?.initializer;
  const entry = `${JSON.stringify(name)}: ${JSON.stringify(command)}`;
  if (scripts === undefined)
    return applyEdits(text, [
      insertProperty(text, root, printField(text, root, 'scripts', entry), undefined),
    ]);
  const isThere = propertyOf(scripts, name) !== undefined || scripts.getText().includes(command);
  if (!ts.isObjectLiteralExpression(scripts) || isThere) return text;
  return applyEdits(text, [insertProperty(text, scripts, entry, sortedSuccessor(scripts, name))]);
}

/** Removes a dependency from every field of a package.json, with its line. */
export function removeDependency(text: string, name: string): string {
  const root = parseJson(text);
  if (root === undefined) return text;
  const list = propertyOf(root, fieldOf(root, name) ?? '')?.initializer;
  const property = list === undefined ? undefined : propertyOf(list, name);
  if (property === undefined) return text;
  const { properties } = property.parent;
  const index = properties.indexOf(property);
  const next = properties[index + 1];
  const previous = properties[index - 1];
  const edit =
    next === undefined
      ? { start: previous?.end ?? property.getFullStart(), end: property.end, newText: '' }
      : { start: property.getStart(), end: next.getStart(), newText: '' };
  return removeDependency(applyEdits(text, [edit]), name);
}

/** Whether some field of a package.json names the package. */
export function declaresDependency(text: string, name: string): boolean {
  const root = parseJson(text);
  return root !== undefined && fieldOf(root, name) !== undefined;
}

function fieldOf(root: ts.Expression, name: string): string | undefined {
  return DEPENDENCY_FIELDS.find((field) => {
    const list = propertyOf(root, field)?.initializer;
    return list !== undefined && propertyOf(list, name) !== undefined;
  });
}

/** The one value of a JSON text as the parser of TypeScript sees it, with positions and parents. */
function parseJson(text: string): ts.Expression | undefined {
  const file = ts.createSourceFile('package.json', text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JSON);
  const [statement] = file.statements;
  return statement !== undefined && ts.isExpressionStatement(statement) ? statement.expression : undefined;
}

function propertyOf(object: ts.Expression, name: string): ts.PropertyAssignment | undefined {
  if (!ts.isObjectLiteralExpression(object)) return undefined;
  return object.properties.filter(ts.isPropertyAssignment).find((property) => nameOf(property) === name);
}

function nameOf(property: ts.ObjectLiteralElementLike | undefined): string {
  return property?.name !== undefined && ts.isStringLiteral(property.name) ? property.name.text : '';
}

function sortedSuccessor(
  object: ts.ObjectLiteralExpression,
  name: string,
): ts.ObjectLiteralElementLike | undefined {
  const names = object.properties.map(nameOf);
  const isSorted = names.every((other, index) => index === 0 || (names[index - 1] ?? '') <= other);
  return isSorted ? object.properties.find((property) => nameOf(property) > name) : undefined;
}

function printField(text: string, root: ts.ObjectLiteralExpression, field: string, entry: string): string {
  const margin = marginOf(text, root.properties[0]);
  const unit = margin.replace(/^[\r\n]+/, '');
  return `${JSON.stringify(field)}: {${margin}${unit}${entry}${margin}}`;
}

/** What stands before a property: the newline and indentation of its list, or nothing in compact JSON. */
function marginOf(text: string, property: ts.ObjectLiteralElementLike | undefined): string {
  return property === undefined ? '\n  ' : text.slice(property.getFullStart(), property.getStart());
}

function insertProperty(
  text: string,
  object: ts.ObjectLiteralExpression,
  entry: string,
  before: ts.ObjectLiteralElementLike | undefined,
): TextEdit {
  const last = object.properties.at(-1);
  if (last === undefined) return fillEmptyObject(text, object, entry);
  const margin = marginOf(text, object.properties[0]);
  if (before === undefined) return { start: last.end, end: last.end, newText: `,${margin}${entry}` };
  return { start: before.getStart(), end: before.getStart(), newText: `${entry},${margin}` };
}

function fillEmptyObject(text: string, object: ts.ObjectLiteralExpression, entry: string): TextEdit {
  const outer = marginOf(text, ts.isPropertyAssignment(object.parent) ? object.parent : undefined);
  const inner = ts.isPropertyAssignment(object.parent) ? outer + outer.replace(/^[\r\n]+/, '') : outer;
  const end = ts.isPropertyAssignment(object.parent) ? outer : '\n';
  return { start: object.getStart() + 1, end: object.end - 1, newText: `${inner}${entry}${end}` };
}
