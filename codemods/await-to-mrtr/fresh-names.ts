import { isPropertyName } from '../../engine/analyze/collect-references.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { IS_ASKING } from './print-ask.ts';

/** The names that printed code uses without looking whether they are taken. */
export const PRINTED_NAMES = [
  'inputRequired',
  IS_ASKING,
  'helperRound',
  'elicitResult',
  'samplingResult',
  'samplingResultWithTools',
  'rootsResult',
  'unvalidated',
  'requireUrls',
];

/** Every identifier below a node: a generated name that is none of them can neither capture nor shadow. */
export function identifiersOf(
  root: ts.Node,
  counts: (name: ts.Identifier) => boolean = () => true,
): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && counts(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return names;
}

/** Every identifier below a node that is more than the name of a property. */
export function variableNamesOf(root: ts.Node): Set<string> {
  return identifiersOf(root, (name) => !isPropertyName(name));
}

/** The identifiers below a node that name properties only. A variable may have such a name, `fresh` does not give it. */
export function propertyNamesOf(root: ts.Node): Set<string> {
  const variables = variableNamesOf(root);
  return new Set([...identifiersOf(root)].filter((name) => !variables.has(name)));
}

/** `base`, with a number behind it where that name is taken; the name is taken afterwards. */
export function freshName(base: string, taken: Set<string>): string {
  let name = base;
  for (let ordinal = 2; taken.has(name); ordinal += 1) name = `${base}${ordinal}`;
  taken.add(name);
  return name;
}

/** The name of a type for a handler: `delete-file` gives `DeleteFile`. */
export function pascalCase(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^\p{L}/u.test(joined) ? joined : `Handler${joined}`;
}
