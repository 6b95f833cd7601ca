import type { AskSite } from '../../engine/find/find-asks.ts';
import type { CarriedVariable } from '../../engine/plan/plan-carried.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { ImportRequest } from '../edits.ts';
import { quoted } from './layout.ts';
import type { LoopField } from './loop-places.ts';
import { SERVER_MODULE } from './print-ask.ts';
import type { PrintedType } from './print-type.ts';
import type { SourceText } from './source-text.ts';

/** One member of the state's union: where the handler goes on, and with what. */
export interface StateMember {
  readonly name: string;
  readonly carried: readonly CarriedVariable[];
  /** Where the loops around stand. */
  readonly fields: readonly LoopField[];
  /** The type of the place in the helper that the step awaits. */
  readonly helper: string | undefined;
}

/** Prints the discriminated union of a handler's states, with a comment that names the handler. */
export function printStateType(
  members: readonly StateMember[],
  plan: HandlerPlan,
  declared: { readonly name: string; readonly isExported: boolean },
  source: SourceText,
  checker: ts.TypeChecker,
  typeText: (type: ts.Type) => PrintedType,
): { text: string; imports: ImportRequest[] } {
  const { eol, semicolon, unit } = source;
  const imports: ImportRequest[] = [];
  const print = (type: ts.Type): string => {
    const printed = typeText(type);
    imports.push(...printed.imports);
    return printed.text;
  };
  const answers = answerTypes(plan, checker);
  const printField = (variable: CarriedVariable): string => {
    const answer = variable.properties === undefined ? answers.get(variable.symbol) : undefined;
    if (answer !== undefined) imports.push({ module: SERVER_MODULE, name: answer, typeOnly: true });
    return `${variable.name}: ${answer ?? writtenType(variable, checker) ?? fieldType(variable, print)}`;
  };
  const printPlace = ({ name, type }: LoopField): string =>
    `${name}: ${type === 'number' ? type : print(type)}`;
  const printed = members.map(({ name, carried, fields, helper }) =>
    layoutType(
      [
        `step: ${quoted(name, source)}`,
        ...fields.map(printPlace),
        ...carried.map(printField),
        ...(helper === undefined ? [] : [`helper?: ${helper}`]),
      ],
      source,
    ),
  );
  const comment = `/** What \`${plan.root.name}\` carries from one round to the next. */`;
  const [only, ...others] = printed;
  const union =
    others.length === 0 ? ` ${only}` : printed.map((member) => `${eol}${unit}| ${member}`).join('');
  const keyword = declared.isExported ? 'export type' : 'type';
  return { text: `${comment}${eol}${keyword} ${declared.name} =${union}${semicolon}${eol}${eol}`, imports };
}

/** A member of the state's union, on one line where it fits. */
function layoutType(fields: readonly string[], { unit, eol }: SourceText): string {
  const flat = `{ ${fields.join('; ')} }`;
  if (flat.length <= 90) return flat;
  const inner = unit + unit + unit;
  return `{${eol}${fields.map((field) => `${inner}${field};${eol}`).join('')}${unit}${unit}}`;
}

const RESULT_TYPES: Readonly<Record<Exclude<AskSite['kind'], 'helper'>, string>> = {
  form: 'ElicitResult',
  url: 'ElicitResult',
  elicitation: 'ElicitResult',
  sampling: 'CreateMessageResult',
  roots: 'ListRootsResult',
};

function resultType({ kind, mayUseTools }: AskSite): string | undefined {
  if (kind === 'helper') return undefined;
  return mayUseTools === true ? 'CreateMessageResultWithTools' : RESULT_TYPES[kind];
}

/** The SDK's names for the types of the variables that answers are bound to; the checker knows them expanded only. */
function answerTypes(plan: HandlerPlan, checker: ts.TypeChecker): ReadonlyMap<ts.Symbol, string> {
  const types = new Map<ts.Symbol, string>();
  for (const { use, requests } of plan.asks) {
    const declarations =
      use.form === 'declare' ? [use.declaration] : use.form === 'declare-each' ? use.elements : [];
    requests.forEach(({ site }, index) => {
      const declaration = declarations[index];
      if (declaration === undefined || !ts.isIdentifier(declaration.name)) return;
      if (ts.isVariableDeclaration(declaration) && declaration.type !== undefined) return;
      const symbol = checker.getSymbolAtLocation(declaration.name);
      const type = resultType(site);
      if (symbol !== undefined && type !== undefined) types.set(symbol, type);
    });
  }
  return types;
}

/** The type that the author gave the variable, where it means the same in front of the handler. */
function writtenType(
  { symbol, type, properties }: CarriedVariable,
  checker: ts.TypeChecker,
): string | undefined {
  const declaration = symbol.valueDeclaration;
  if (properties !== undefined || declaration === undefined) return undefined;
  const node = ts.isVariableDeclaration(declaration) ? declaration.type : undefined;
  if (node === undefined || checker.getTypeFromTypeNode(node) !== type) return undefined;
  const text = node.getText();
  return text.includes('\n') || !isVisibleInModule(node, checker) ? undefined : text;
}

/** Everything a type names is imported, global, or declared by the module itself. */
function isVisibleInModule(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (ts.isTypeQueryNode(node)) return false;
  if (!ts.isTypeReferenceNode(node))
    return ts.forEachChild(node, (child) => !isVisibleInModule(child, checker)) !== true;
  const declarations = checker.getSymbolAtLocation(node.typeName)?.declarations ?? [];
  const isOuter = declarations.every(
    (declaration) =>
      !ts.isTypeParameterDeclaration(declaration) &&
      ts.findAncestor(declaration, (outer) => ts.isBlock(outer) || ts.isModuleBlock(outer)) === undefined,
  );
  return (
    isOuter &&
    declarations.length > 0 &&
    (node.typeArguments ?? []).every((type) => isVisibleInModule(type, checker))
  );
}

function fieldType(variable: CarriedVariable, print: (type: ts.Type) => string): string {
  if (variable.properties === undefined) return print(variable.type);
  return `{ ${variable.properties.map(({ name, type }) => `${name}: ${print(type)}`).join('; ')} }`;
}
