import type { SchemaModel } from '../model/build-model.ts';
import { referencedName } from '../model/json-schema.ts';
import type { Definitions, SchemaObject } from '../model/json-schema.ts';
import { applyOverlay } from '../model/overlay.ts';
import { compileChecks } from './compile-checks.ts';
import { FORMATS } from './compile-test.ts';
import { emitTypeImport } from './emit-responses.ts';
import { readTemplate } from './read-template.ts';

/** `validators.js` is plain JavaScript without imports, so that it runs anywhere and can be read by any bundler. */
export interface EmittedValidators {
  /** All but the checks, to be formatted. */
  readonly js: string;
  /** The checks, to stand behind `js` as they are: one function each, long expressions that no layout makes readable. */
  readonly checks: string;
  readonly dts: string;
}

/**
 * For every definition and every response a check (`is`) and a parser with errors (`parse`).
 * @throws {DiagnosticError} MRTR5006 on a keyword the checks cannot express
 */
export function emitValidators(
  model: SchemaModel,
  { formats }: { readonly formats: boolean },
): EmittedValidators {
  const definitions = applyOverlay(model, 'validators');
  const { functions, checks } = compileChecks(definitions, { formats, source: model.document.name });
  const responses = new Set(model.requests.map(({ response }) => response));
  const members = [...checks].map(([name, check]) => `${name}: ${check},`);
  const parsers = [...checks].map(([name, check]) => {
    const defaults = responses.has(name) ? completedDefaults(definitions.get(name)) : {};
    const finish = Object.keys(defaults).length > 0 ? `, ${JSON.stringify(defaults)}` : '';
    return `${name}: parser(${JSON.stringify(name)}, ${check}${finish}),`;
  });
  const formatEntries = formats
    ? Object.entries(FORMATS).map(([name, test]) => `${JSON.stringify(name)}: ${test},`)
    : [];
  const js = [
    `const formats = {${formatEntries.join('\n')}};`,
    `export const is = {\n${members.join('\n')}\n};`,
    // One string: engines parse it faster than a literal, and prettier has nothing to lay out.
    `const definitions = /* @__PURE__ */ JSON.parse(${JSON.stringify(compactDefinitions(definitions))});`,
    readTemplate('explain.js'),
    `export const parse = /* @__PURE__ */ (() => ({\n${parsers.join('\n')}\n}))();`,
  ].join('\n\n');
  return { js, checks: printChecks(functions), dts: emitDeclarations(model, [...checks.keys()]) };
}

/** Formatting these takes longer than everything else; marked, they also pass a project's `prettier --check`. */
function printChecks(functions: readonly string[]): string {
  return functions.map((text) => `// prettier-ignore\n${text}\n`).join('\n');
}

/** What stands for an absent property of a completed response; see the overlay for where each comes from. */
function completedDefaults(schema: SchemaObject | undefined): Readonly<Record<string, unknown>> {
  const complete = schema?.anyOf?.find((branch) => typeof branch === 'object' && branch.properties) ?? schema;
  const properties = typeof complete === 'object' ? Object.entries(complete.properties ?? {}) : [];
  return Object.fromEntries(
    properties.flatMap(([name, part]) =>
      typeof part === 'object' && part.default !== undefined ? [[name, part.default]] : [],
    ),
  );
}

/** What `explain` reads: references by name, and nothing that does not constrain. */
function compactDefinitions(definitions: Definitions): string {
  return JSON.stringify(Object.fromEntries(definitions), (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') return referencedName(value);
    const isText = key === 'description' || key === 'title' || key === '$comment';
    return isText && typeof value === 'string' ? undefined : value;
  });
}

function emitDeclarations(model: SchemaModel, names: readonly string[]): string {
  const responses = new Set(model.requests.map(({ response }) => response));
  return [
    emitTypeImport(names.filter((name) => !responses.has(name))),
    emitTypeImport([...responses], './responses.js'),
    readTemplate('validators.d.ts'),
    `/** Whether a value is of the type; nothing is allocated. */\nexport declare const is: {\n${names
      .map((name) => `readonly ${name}: Check<${name}>;`)
      .join('\n')}\n};`,
    `/** The value with its type, or what is wrong with it. */\nexport declare const parse: {\n${names
      .map((name) => `readonly ${name}: Parser<${name}>;`)
      .join('\n')}\n};`,
  ].join('\n\n');
}
