import type { SchemaModel } from '../../generator/model/build-model.ts';
import { emitValidators } from '../../generator/emit/emit-validators.ts';

export type Parsed =
  | { ok: true; value: unknown }
  | { ok: false; errors: { pointer: string; expected: string; found: string }[] };

export interface Validators {
  readonly is: Readonly<Record<string, (value: unknown) => boolean>>;
  readonly parse: Readonly<Record<string, (value: unknown) => Parsed>>;
}

/** Imports the module that would be written. */
export async function loadValidators(model: SchemaModel, formats = false): Promise<Validators> {
  const { js, checks } = emitValidators(model, { formats });
  return (await import(`data:text/javascript,${encodeURIComponent(js + checks)}`)) as Validators;
}
