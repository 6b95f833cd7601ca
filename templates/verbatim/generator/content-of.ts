/** The value that one property of an elicitation form may have. */
type PropertyContent<P> = P extends { const: infer C }
  ? C
  : P extends { enum: readonly (infer E)[] }
    ? E
    : P extends { oneOf: readonly { const: infer C }[] }
      ? C
      : P extends { type: 'array'; items: infer I }
        ? I extends { enum: readonly (infer E)[] }
          ? E[]
          : I extends { anyOf: readonly { const: infer C }[] }
            ? C[]
            : string[]
        : P extends { type: 'boolean' }
          ? boolean
          : P extends { type: 'number' | 'integer' }
            ? number
            : P extends { type: 'string' }
              ? string
              : string | number | boolean | string[];

type Flatten<T> = { [K in keyof T]: T[K] };

/** The keys a form requires; of a schema that is not a literal nothing is known. */
type RequiredKeys<S> = S extends { required: readonly (infer K)[] } ? (string extends K ? never : K) : never;

/**
 * The content of an accepted elicitation, from the literal of its `requestedSchema`:
 * `ContentOf<typeof schema>`, where `schema` was declared `as const`. A `default` does not make a property required:
 * the client may leave it out.
 */
export type ContentOf<S extends { properties: object }> = Flatten<
  {
    -readonly [K in keyof S['properties'] as K extends RequiredKeys<S> ? K : never]: PropertyContent<
      S['properties'][K]
    >;
  } & {
    -readonly [K in keyof S['properties'] as K extends RequiredKeys<S> ? never : K]?: PropertyContent<
      S['properties'][K]
    >;
  }
>;
