/** The validators of what a client may fill into a form: `contentOf({ properties: { … } })`. */
export declare function contentOf<const S extends { readonly properties: object }>(
  requestedSchema: S,
): { readonly is: Check<ContentOf<S>>; readonly parse: Parser<ContentOf<S>> };
