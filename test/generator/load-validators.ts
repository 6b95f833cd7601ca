import type { SchemaModel } from '../../generator/model/build-model.ts';
import { emitValidators } from '../../generator/emit/emit-validators.ts';

export type Parsed =
  | { ok: true; value: unknown }
  | { ok: false; errors: { pointer: string; expected: string; found: string }[] };

interface StandardFace {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => { value: unknown } | { issues: { message: string; path: PropertyKey[] }[] };
  };
}

export type Check = ((value: unknown) => boolean) & StandardFace;
export type Parser = ((value: unknown) => Parsed) & StandardFace;

export interface Validators {
  readonly is: Readonly<Record<string, Check>>;
  readonly parse: Readonly<Record<string, Parser>>;
  readonly contentOf: (requestedSchema: object) => { readonly is: Check; readonly parse: Parser };
}

/** The ES module that would be written, not formatted. */
export function printValidatorsModule(model: SchemaModel, formats = false): string {
  const source = emitValidators(model, { formats, modules: ['esm'] }).get('validators.js');
  return `${source?.text}${source?.verbatim}`;
}

/** Imports the module that would be written. */
export async function loadValidators(model: SchemaModel, formats = false): Promise<Validators> {
  const text = printValidatorsModule(model, formats);
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Validators;
}
