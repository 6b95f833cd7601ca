import { collectReferences } from '../../engine/analyze/collect-references.ts';
import type { HandlerRoot } from '../../engine/find/find-handler-roots.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { TextEdit } from '../edits.ts';

/** The handler's request context, and what has to change so that it has a name. */
export interface ContextParameter {
  readonly name: string;
  /** The parameter, or the names of its pattern; empty when it is added. */
  readonly symbols: ReadonlySet<ts.Symbol>;
  readonly edits: readonly TextEdit[];
  /** `const { mcpReq } = ctx;` where the parameter was a pattern. */
  readonly prologue: string | undefined;
}

/**
 * Finds the parameter that receives the SDK's `ServerContext`, or adds it.
 * @returns undefined when the handler takes rest parameters or fewer parameters cannot be told apart.
 */
export function contextParameter(
  root: HandlerRoot,
  checker: ts.TypeChecker,
  fresh: (base: string) => string,
): ContextParameter | undefined {
  const { parameters } = root.fn;
  if (parameters.some((parameter) => parameter.dotDotDotToken !== undefined)) return undefined;
  const position = contextPosition(root, checker);
  if (position === undefined) return undefined;
  const existing = parameters[position];
  if (existing !== undefined) return namedContext(existing, checker, fresh);
  if (parameters.length < position - 1 || position > 2) return undefined;

  const name = fresh('ctx');
  const missing = position - parameters.length;
  const added = [
    ...Array.from({ length: missing }, (_, index) => fresh(index === 0 ? '_args' : `_arg${index}`)),
    name,
  ];
  return { name, symbols: new Set(), edits: [appendParameters(root, added)], prologue: undefined };
}

/** The context under the name of a parameter; one that is a pattern gets a name. */
export function namedContext(
  parameter: ts.ParameterDeclaration,
  checker: ts.TypeChecker,
  fresh: (base: string) => string,
): ContextParameter {
  const declared = collectReferences(parameter.name, checker).filter((reference) => reference.isDeclaration);
  const symbols = new Set(declared.map(({ symbol }) => symbol));
  if (ts.isIdentifier(parameter.name))
    return { name: parameter.name.text, symbols, edits: [], prologue: undefined };
  const name = fresh('ctx');
  const pattern = parameter.name.getText();
  const edit = { start: parameter.name.getStart(), end: parameter.name.end, newText: name };
  return { name, symbols, edits: [edit], prologue: `const ${pattern} = ${name}` };
}

/** The position of the context among the parameters of the callback type that the registration expects. */
function contextPosition(root: HandlerRoot, checker: ts.TypeChecker): number | undefined {
  const own = root.fn.parameters.findIndex((parameter) =>
    isServerContext(checker.getTypeAtLocation(parameter)),
  );
  if (own >= 0) return own;
  const callback = root.registration.arguments.at(-1);
  const expected = callback && checker.getContextualType(callback);
  const signatures =
    expected?.getCallSignatures() ??
    (expected?.isUnion() ? expected.types.flatMap((t) => t.getCallSignatures()) : []);
  for (const signature of signatures) {
    const index = signature.parameters.findIndex((parameter) =>
      isServerContext(checker.getTypeOfSymbol(parameter)),
    );
    if (index >= 0) return index;
  }
  return undefined;
}

function isServerContext(type: ts.Type): boolean {
  return type.getProperty('mcpReq') !== undefined;
}

function appendParameters(root: HandlerRoot, names: readonly string[]): TextEdit {
  const { fn } = root;
  const last = fn.parameters.at(-1);
  if (last !== undefined) {
    const bare = ts.isArrowFunction(fn) && fn.getText()[fn.parameters.pos - fn.getStart() - 1] !== '(';
    const separator = fn.parameters.hasTrailingComma ? ' ' : ', ';
    if (!bare) return { start: last.end, end: last.end, newText: separator + names.join(', ') };
    return { start: last.getStart(), end: last.end, newText: `(${[last.getText(), ...names].join(', ')})` };
  }
  return { start: fn.parameters.pos, end: fn.parameters.pos, newText: names.join(', ') };
}
