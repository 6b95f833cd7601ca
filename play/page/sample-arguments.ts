interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

const PLAIN: Readonly<Record<string, unknown>> = {
  string: '',
  number: 0,
  integer: 0,
  boolean: false,
  null: null,
};

/** Arguments to begin with: what the schema gives as default or example, else something of the right type. */
export function sampleOf(schema: unknown): unknown {
  const { type = 'object', properties = {}, items, ...said } = (schema ?? {}) as Schema;
  const given = [said.default, ...(said.examples ?? []), said.const, ...(said.enum ?? [])];
  const found = given.find((value) => value !== undefined);
  if (found !== undefined) return found;
  if (type === 'array') return items === undefined ? [] : [sampleOf(items)];
  if (type !== 'object') return PLAIN[type];
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, sampleOf(property)]));
}
