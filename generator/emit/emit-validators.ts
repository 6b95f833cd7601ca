import type { SchemaModel } from '../model/build-model.ts';
import { referencedName } from '../model/json-schema.ts';
import type { Definitions, SchemaObject } from '../model/json-schema.ts';
import { applyOverlay } from '../model/overlay.ts';
import { compileChecks } from './compile-checks.ts';
import { FORMATS } from './compile-test.ts';
import { readTemplate } from '../../templates/read-template.ts';
import type { Source } from './source.ts';

/** The systems of modules that the validators can be written for. */
export type ModuleSystem = 'esm' | 'cjs';

export interface ValidatorOptions {
  /** Whether `format` is checked. */
  readonly formats: boolean;
  /** One file pair for each. */
  readonly modules: readonly ModuleSystem[];
}

/**
 * For every definition and every response a check (`is`) and a parser with errors (`parse`), as plain JavaScript without
 * imports, so that it runs anywhere and any bundler can read it, and its declarations.
 * @throws {DiagnosticError} MRTR5006 on a keyword the checks cannot express
 */
export function emitValidators(
  model: SchemaModel,
  { formats, modules }: ValidatorOptions,
): ReadonlyMap<string, Source> {
  const definitions = applyOverlay(model, 'validators');
  const { functions, checks } = compileChecks(definitions, { formats, source: model.document.name });
  const validatesContent = definitions.has('ElicitResult');
  const names = ['is', 'parse', ...(validatesContent ? ['contentOf'] : [])];
  const text = [
    readTemplate('generator/standard.js'),
    readTemplate('generator/explain.js'),
    validatesContent ? readTemplate('generator/content.js') : '',
    'const formats = /* @__PURE__ */ formatTests();',
    'const is = /* @__PURE__ */ checks();',
    'const parse = /* @__PURE__ */ parsers();',
  ].join('\n\n');
  const verbatim = printVerbatim([
    printTable('checks', [...checks], (name, check) => `checkOf("${name}", ${check})`),
    printTable('parsers', [...checks], (name, check) => printParser(name, check, model, definitions)),
    ...functions,
    printTable('formatTests', formats ? Object.entries(FORMATS) : [], (_, test) => test),
    // A string: engines parse it faster than a literal.
    `function schemas() {\nreturn ${JSON.stringify(compactDefinitions(definitions))};\n}`,
  ]);
  const declarations = emitDeclarations(model, [...checks.keys()], validatesContent);
  return new Map(
    modules.flatMap((module): (readonly [string, Source])[] => {
      const { extension, prologue, exportNames, importAttributes } = MODULES[module];
      return [
        [`validators.${extension}js`, { text: `${prologue}${text}\n\n${exportNames(names)}`, verbatim }],
        [`validators.d.${extension}ts`, declarations(importAttributes)],
      ];
    }),
  );
}

const MODULES = {
  esm: {
    extension: '',
    prologue: '',
    exportNames: (names: readonly string[]) => `export { ${names.join(', ')} };`,
    importAttributes: '',
  },
  cjs: {
    extension: 'c',
    prologue: "'use strict';\n\n",
    exportNames: (names: readonly string[]) => names.map((name) => `exports.${name} = ${name};`).join('\n'),
    // Types of an ES module cannot be imported into a CommonJS one otherwise; TypeScript 5.3 and later.
    importAttributes: " with { 'resolution-mode': 'import' }",
  },
} as const;

/**
 * Formatting these takes longer than everything else; marked, they also pass a project's `prettier --check`. All are
 * functions, after which prettier wants no semicolon whatever the project's style.
 */
function printVerbatim(declarations: readonly string[]): string {
  return declarations.map((declaration) => `\n// prettier-ignore\n${declaration}\n`).join('');
}

function printTable(
  name: string,
  entries: readonly (readonly [string, string])[],
  print: (key: string, value: string) => string,
): string {
  const members = entries.map(([key, value]) => `${JSON.stringify(key)}: ${print(key, value)},\n`);
  return `function ${name}() {\nreturn {\n${members.join('')}};\n}`;
}

function printParser(name: string, check: string, model: SchemaModel, definitions: Definitions): string {
  const isResponse = model.requests.some(({ response }) => response === name);
  const defaults = isResponse ? completedDefaults(definitions.get(name)) : {};
  const completion = Object.keys(defaults).length > 0 ? `, ${JSON.stringify(defaults)}` : '';
  return `parserOf(() => definitionOf("${name}"), ${check}${completion})`;
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

function emitDeclarations(
  model: SchemaModel,
  names: readonly string[],
  validatesContent: boolean,
): (importAttributes: string) => Source {
  const responses = new Set(model.requests.map(({ response }) => response));
  const members = names.map((name) => {
    return `${name}: ${responses.has(name) ? 'Responses' : 'Types'}.${name};\n`;
  });
  const verbatim = `export interface TypeByName {\n${members.join('')}}`;
  return (importAttributes) => ({
    text: [
      `import type * as Types from './types.js'${importAttributes};`,
      `import type * as Responses from './responses.js'${importAttributes};`,
      validatesContent ? `import type { ContentOf } from './responses.js'${importAttributes};` : '',
      readTemplate('generator/validators.d.ts'),
      validatesContent ? readTemplate('generator/content.d.ts') : '',
    ].join('\n'),
    verbatim: printVerbatim([verbatim]),
  });
}
