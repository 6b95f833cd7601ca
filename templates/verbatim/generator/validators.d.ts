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

/** What Standard Schema (https://standardschema.dev) calls a result. */
export type StandardResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path: readonly PropertyKey[] }[] };

/** A Standard Schema, so it can be given to whatever takes one. */
export interface StandardFace<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'mrtr';
    readonly validate: (value: unknown) => StandardResult<T>;
    readonly types?: { readonly input: T; readonly output: T };
  };
}

export interface Check<T> extends StandardFace<T> {
  (value: unknown): value is T;
}

export interface Parser<T> extends StandardFace<T> {
  (value: unknown): Parsed<T>;
}

/** Whether a value is of the type; nothing is allocated. */
export declare const is: { readonly [Name in keyof TypeByName]: Check<TypeByName[Name]> };

/** The value with its type, or what is wrong with it. */
export declare const parse: { readonly [Name in keyof TypeByName]: Parser<TypeByName[Name]> };
