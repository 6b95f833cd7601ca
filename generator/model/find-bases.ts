import { dereference } from './json-schema.ts';
import type { Definitions, JsonSchema, SchemaObject } from './json-schema.ts';

/** A definition as an interface: what it extends, and which of its properties it still has to declare. */
export interface Inheritance {
  readonly bases: readonly string[];
  readonly own: readonly string[];
}

export interface Hierarchy {
  /** By definition, for those that are interfaces. */
  readonly interfaces: ReadonlyMap<string, Inheritance>;
  /**
   * Properties' schemas with an index signature (`params` of `Request`) where an extending definition has references.
   * TypeScript lets an interface stand there only for an index signature of `any`, as the specification's has.
   */
  readonly narrowed: ReadonlySet<SchemaObject>;
}

/**
 * Finds again what flattening lost: the definitions that a definition extends. A base has only properties that the
 * definition has too, each as it is or wider, so that `extends` changes no type. That alone would make a notification
 * the base of every request. So the base must have left a trace as well: a property with its description, or the last
 * word of its name (`JSONRPCRequest`, `CallToolRequest`).
 */
export function findBases(definitions: Definitions): Hierarchy {
  const candidates = [...definitions].filter(([, schema]) => isInterface(schema));
  const interfaces = new Map(
    candidates.map((definition) => {
      const bases = candidates.filter((base) => extendsBase(definition, base, definitions));
      return [definition[0], chooseBases(definition, bases)] as const;
    }),
  );
  const narrowed = new Set<SchemaObject>();
  const mark = (name: string, property: string): void => {
    for (const base of interfaces.get(name)?.bases ?? []) {
      const part = definitions.get(base)?.properties?.[property];
      if (typeof part === 'object' && part.type === 'object' && isOpen(part)) narrowed.add(part);
      mark(base, property);
    }
  };
  for (const [name, schema] of candidates)
    for (const [property, part] of Object.entries(schema.properties ?? {}))
      if (typeof part === 'object' && (part.$ref !== undefined || part.anyOf)) mark(name, property);
  return { interfaces, narrowed };
}

type Named = readonly [name: string, schema: SchemaObject];

function isInterface({ type, properties, anyOf, oneOf, allOf }: SchemaObject): boolean {
  return type === 'object' && properties !== undefined && !anyOf && !oneOf && !allOf;
}

function propertiesOf({ properties = {} }: SchemaObject): string[] {
  return Object.keys(properties);
}

/** The base that brings most comes first, then the one that leaves least to be narrowed, then the one named most alike. */
function chooseBases([name, schema]: Named, candidates: readonly Named[]): Inheritance {
  const ranked = [...candidates].sort(
    ([a, aSchema], [b, bSchema]) =>
      inheritedProperties(schema, bSchema).length - inheritedProperties(schema, aSchema).length ||
      propertiesOf(aSchema).length - propertiesOf(bSchema).length ||
      sharedEnd(name, b) - sharedEnd(name, a),
  );
  const bases: Named[] = [];
  const inherited = new Set<string>();
  for (const candidate of ranked) {
    const brought = inheritedProperties(schema, candidate[1]);
    if (brought.every((property) => inherited.has(property))) continue;
    if (bases.some(([, base]) => !agree(base, candidate[1]))) continue;
    bases.push(candidate);
    for (const property of brought) inherited.add(property);
  }
  return {
    bases: bases.map(([base]) => base),
    own: propertiesOf(schema).filter((property) => !inherited.has(property)),
  };
}

/** Whether TypeScript lets one interface extend both without declaring what is in both. */
function agree(a: SchemaObject, b: SchemaObject): boolean {
  const common = propertiesOf(a).filter((property) => b.properties?.[property] !== undefined);
  return inheritedProperties(a, b).length === common.length;
}

/** The properties that are in both, word for word. */
function inheritedProperties(schema: SchemaObject, base: SchemaObject): string[] {
  return propertiesOf(base).filter(
    (property) =>
      isRequired(schema, property) === isRequired(base, property) &&
      isEqual(schema.properties?.[property], base.properties?.[property]),
  );
}

function isRequired({ required }: SchemaObject, property: string): boolean {
  return required?.includes(property) === true;
}

function extendsBase([name, schema]: Named, [base, baseSchema]: Named, definitions: Definitions): boolean {
  const context: Comparison = { definitions, assumed: new Set() };
  if (name === base || !isNarrowerObject(schema, baseSchema, context)) return false;
  const inherited = inheritedProperties(schema, baseSchema);
  const adds = propertiesOf(schema).length > inherited.length || isOpen(schema) !== isOpen(baseSchema);
  const documented = inherited.some((property) => isDescribed(schema.properties?.[property]));
  return inherited.length > 0 && adds && (documented || lastWord(name) === lastWord(base));
}

function isOpen({ additionalProperties: rest }: SchemaObject): boolean {
  return rest !== undefined && rest !== false;
}

function isDescribed(schema: JsonSchema | undefined): boolean {
  return typeof schema === 'object' && schema.description !== undefined;
}

function lastWord(name: string): string {
  return /[A-Z][^A-Z]*$/.exec(name)?.[0] ?? name;
}

/** How many letters the ends of two names share. */
function sharedEnd(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}

interface Comparison {
  readonly definitions: Definitions;
  /** The pairs of references being compared: of recursive types what is asked again is so unless the rest says no. */
  readonly assumed: Set<string>;
}

/** Whether every value of the type of `schema` surely is one of the type of `base`. */
function isNarrower(schema: JsonSchema, base: JsonSchema, context: Comparison): boolean {
  if (base === true || isEqual(withoutText(schema), withoutText(base))) return true;
  if (typeof schema === 'boolean' || typeof base === 'boolean') return false;
  if (schema.anyOf) return schema.anyOf.every((part) => isNarrower(part, base, context));
  if (schema.$ref !== undefined || base.$ref !== undefined) {
    const pair = JSON.stringify([withoutText(schema), withoutText(base)]);
    if (context.assumed.has(pair)) return true;
    context.assumed.add(pair);
    const [target, baseTarget] = [schema, base].map((part) => dereference(part, context.definitions));
    return isNarrower(target ?? false, baseTarget ?? false, context);
  }
  if (base.const !== undefined || base.enum || base.anyOf || base.oneOf || base.allOf) return false;
  if (base.type === undefined) return true;
  if (schema.type !== base.type || base.type === 'array') return false;
  return base.type !== 'object' || isNarrowerObject(schema, base, context);
}

function isNarrowerObject(schema: SchemaObject, base: SchemaObject, context: Comparison): boolean {
  // Either `Record<string, unknown>`, which takes no interface, or an index signature, which can be made to.
  if (base.properties === undefined) return isEqual(base.additionalProperties, {});
  if (isOpen(base) && !isEqual(schema.additionalProperties, base.additionalProperties)) return false;
  return Object.entries(base.properties).every(([property, part]) => {
    const own = schema.properties?.[property];
    const loosened = isRequired(base, property) && !isRequired(schema, property);
    return own !== undefined && !loosened && isNarrower(own, part, context);
  });
}

function withoutText(schema: JsonSchema): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  const { description: _, title: __, default: ___, ...rest } = schema;
  return rest;
}

export function isEqual(a: JsonSchema | undefined, b: JsonSchema | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
