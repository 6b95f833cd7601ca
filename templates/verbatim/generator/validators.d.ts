/** One thing that is wrong with a value. */
export interface ValidationError {
  /** Where, as a JSON pointer (RFC 6901); empty for the value itself. */
  readonly pointer: string;
  /** What should be there, in English. */
  readonly expected: string;
  readonly found: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly ValidationError[] };

export type Check<T> = (value: unknown) => value is T;

/** What Standard Schema (https://standardschema.dev) calls a result. */
export type StandardResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path: readonly PropertyKey[] }[] };

/** Also a Standard Schema, so it can be given to whatever takes one. */
export interface Parser<T> {
  (value: unknown): Parsed<T>;
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'mrtr';
    readonly validate: (value: unknown) => StandardResult<T>;
    readonly types?: { readonly input: T; readonly output: T };
  };
}
