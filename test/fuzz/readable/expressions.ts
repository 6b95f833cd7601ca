import type { Draw } from './draw.ts';

/** What the code at a place may use. */
export interface Scope {
  /** Numbers that may be read. */
  readonly numbers: string[];
  /** Numbers that may also be assigned. */
  readonly assignable: string[];
  /** Numbers that may be undefined. */
  readonly optional: string[];
  /** Elicitation results. */
  readonly answers: string[];
  /** Arrays of numbers. */
  readonly lists: string[];
  /** `{ a: number; deep: { b: number } }`. */
  readonly records: string[];
  /** `Map<string, number>`. */
  readonly maps: string[];
}

export function innerScope(outer: Scope): Scope {
  const copies = Object.entries(outer).map(([kind, names]) => [kind, [...(names as string[])]]);
  return Object.fromEntries(copies) as Scope;
}

/** A number computed from what is in scope. */
export function numberFrom(scope: Scope, draw: Draw, depth = 0): string {
  const deeper = (): string => numberFrom(scope, draw, depth + 1);
  const of = <T>(names: readonly string[], weight: number, way: (name: string) => T) =>
    [names.length === 0 ? 0 : weight, () => way(draw.pick(names))] as const;
  return draw.weighted<string>([
    [20, () => String(draw.below(10))],
    of(scope.answers, 15, (answer) => answered(answer, draw)),
    [depth < 2 ? 15 : 0, () => `(${deeper()} ${draw.pick(['+', '-', '*'])} ${deeper()})`],
    [5, () => `[1, 2].map((x) => x + ${draw.pick(scope.numbers)}).length`],
    [3, () => `[1, 2].filter((x) => note(${draw.effect()}, x) < ${draw.pick(scope.numbers)}).length`],
    of(scope.lists, 2, (name) => `${name}.map((x) => note(${draw.effect()}, x)).length`),
    of(scope.assignable, 2, (name) => `[1, 2].map((x) => (${name} += x)).length`),
    of(scope.records, 2, (name) => `[${name}].map((one) => (one.a += 1)).length`),
    [5, () => 'label.length'],
    of(scope.optional, 8, (name) => `(${name} ?? ${depth < 2 ? deeper() : '0'})`),
    of(scope.lists, 8, (name) => draw.pick([`${name}.length`, `(${name}.at(-1) ?? 6)`, `(${name}[0] ?? 7)`])),
    of(scope.records, 8, (name) => draw.pick([`${name}.a`, `${name}.deep.b`])),
    of(scope.maps, 5, (name) => draw.pick([`${name}.size`, `(${name}.get('first') ?? 8)`])),
    [40, () => draw.pick(scope.numbers)],
  ]);
}

function answered(answer: string, draw: Draw): string {
  return draw.pick([
    `(${answer}.action === 'accept' ? 1 : 2)`,
    `(${answer}.content?.ok === true ? 3 : 4)`,
    `Number(${answer}.content?.size ?? 5)`,
    `JSON.stringify(${answer}).length`,
  ]);
}

export function conditionFrom(scope: Scope, draw: Draw): string {
  // A variable on one side: the type checker objects to literals that can never be equal.
  const compared = `${draw.pick(scope.numbers)} ${draw.pick(['>', '<', '!=='])} ${numberFrom(scope, draw)}`;
  return draw.chance(0.1)
    ? `(${compared} ${draw.pick(['&&', '||'])} ${draw.pick(scope.numbers)} > 2)`
    : compared;
}
