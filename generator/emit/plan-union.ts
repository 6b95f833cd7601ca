import { dereference } from '../model/json-schema.ts';
import type { Definitions, JsonSchema, SchemaObject } from '../model/json-schema.ts';

/**
 * In which order to ask which branches of a union accept a value, so that nearly always one is asked. A branch is left
 * out only where it cannot accept, so any plan gives the answer that asking all of them gives.
 */
export type UnionPlan =
  | { readonly kind: 'any'; readonly branches: readonly JsonSchema[] }
  /** An object's `property` has a constant in every branch (`type`, `method`, `resultType`). */
  | {
      readonly kind: 'tag';
      readonly property: string;
      readonly byConstant: ReadonlyMap<unknown, UnionPlan>;
      readonly absent: UnionPlan;
      /** The branches for what is no object. */
      readonly others: readonly JsonSchema[];
    }
  /** Every branch is for objects and either demands `property` or forbids it (`id`, `result` of JSON-RPC messages). */
  | {
      readonly kind: 'presence';
      readonly property: string;
      readonly present: UnionPlan;
      readonly absent: UnionPlan;
    };

/** What a branch is known to demand of an object. */
interface Branch {
  readonly schema: JsonSchema;
  readonly isObject: boolean;
  readonly constants: ReadonlyMap<string, readonly unknown[]>;
  readonly required: ReadonlySet<string>;
  readonly forbidden: ReadonlySet<string>;
}

export function planUnion(branches: readonly JsonSchema[], definitions: Definitions): UnionPlan {
  return planBranches(
    branches
      .flatMap((branch) => flatten(branch, definitions))
      .map((branch) => readBranch(branch, definitions)),
  );
}

/** A branch that is a union itself counts as its branches. */
function flatten(branch: JsonSchema, definitions: Definitions): readonly JsonSchema[] {
  const target = dereference(branch, definitions);
  const isUnion = target.anyOf !== undefined && target.type === undefined && target.allOf === undefined;
  return isUnion ? (target.anyOf ?? []).flatMap((part) => flatten(part, definitions)) : [branch];
}

function readBranch(schema: JsonSchema, definitions: Definitions): Branch {
  const parts = collectParts(schema, definitions);
  const properties = parts.flatMap((part) => Object.entries(part.properties ?? {}));
  return {
    schema,
    isObject: parts.some(({ type }) => type === 'object'),
    constants: new Map(
      properties.flatMap(([name, part]) => {
        const { const: constant, enum: choices } = dereference(part, definitions);
        const values = constant === undefined ? choices : [constant];
        return values === undefined ? [] : [[name, values] as const];
      }),
    ),
    required: new Set(parts.flatMap((part) => part.required ?? [])),
    forbidden: new Set(properties.filter(([, part]) => part === false).map(([name]) => name)),
  };
}

/** A schema and everything that it is the conjunction of. */
function collectParts(schema: JsonSchema, definitions: Definitions): SchemaObject[] {
  const target = dereference(schema, definitions);
  return [target, ...(target.allOf ?? []).flatMap((part) => collectParts(part, definitions))];
}

function planBranches(branches: readonly Branch[]): UnionPlan {
  if (branches.length > 1) return planByTag(branches) ?? planByPresence(branches) ?? askAll(branches);
  return askAll(branches);
}

function askAll(branches: readonly Branch[]): UnionPlan {
  return { kind: 'any', branches: branches.map(({ schema }) => schema) };
}

function planByTag(branches: readonly Branch[]): UnionPlan | undefined {
  const objects = branches.filter(({ isObject }) => isObject);
  const [first] = objects;
  if (first === undefined || objects.length < 2) return undefined;
  const others = branches.filter(({ isObject }) => !isObject);
  for (const property of first.constants.keys()) {
    const constants = new Set(objects.flatMap((branch) => branch.constants.get(property) ?? []));
    if (constants.size < 2 || !objects.every((branch) => branch.constants.has(property))) continue;
    const plans = [...constants].map((constant) => {
      const possible = objects.filter((branch) => branch.constants.get(property)?.includes(constant));
      return [constant, planBranches(withoutTag(possible, property))] as const;
    });
    const absent = askAll(objects.filter(({ required }) => !required.has(property)));
    return {
      kind: 'tag',
      property,
      byConstant: new Map(plans),
      absent,
      others: others.map(({ schema }) => schema),
    };
  }
  return undefined;
}

function withoutTag(branches: readonly Branch[], property: string): Branch[] {
  return branches.map((branch) => {
    const constants = new Map([...branch.constants].filter(([name]) => name !== property));
    return { ...branch, constants };
  });
}

function planByPresence(branches: readonly Branch[]): UnionPlan | undefined {
  if (!branches.every(({ isObject }) => isObject)) return undefined;
  const properties = new Set(branches.flatMap(({ required }) => [...required]));
  for (const property of properties) {
    const present = branches.filter(({ forbidden }) => !forbidden.has(property));
    const absent = branches.filter(({ required }) => !required.has(property));
    if (present.length + absent.length > branches.length) continue;
    if (present.length === branches.length || absent.length === branches.length) continue;
    return { kind: 'presence', property, present: planBranches(present), absent: planBranches(absent) };
  }
  return undefined;
}
