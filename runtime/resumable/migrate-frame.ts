import type { FrameNames } from './continuation-text.ts';
import { StaleState } from './stale-state.ts';
import type { DecideUpgrade, OlderFrame, VersionDifference } from './stale-state.ts';
import { isMachine } from './unit.ts';
import type { MachineCode, Unit } from './unit.ts';

/** What a frame holds: the resume label and the slots of one version of a function. */
export interface Frame {
  readonly label: number;
  readonly slots: readonly unknown[];
}

/** A frame of another version of the marked function of `unit`. */
export interface ForeignFrame {
  readonly unit: Unit;
  /** The version that made it. */
  readonly from: string;
  readonly slots: readonly unknown[];
  readonly names: FrameNames;
}

/**
 * Takes a frame over into this version of its function: at the suspension point of the same name, with the variables that
 * this version reads after it. Only names that are unique in both versions count.
 * @throws {StaleState} with what `decide` has decided, or because it cannot be done.
 */
export function migrateFrame({ unit, from, slots, names }: ForeignFrame, decide: DecideUpgrade): Frame {
  const { point } = names;
  const code = unit.functions[0];
  const target =
    code !== undefined && isMachine(code) && point !== undefined ? resumePoint(code, point) : undefined;
  const variables = readVariables(names.slots, slots);
  const older: OlderFrame = {
    difference: target === undefined ? 'missing' : 'changed',
    handler: unit.id,
    from,
    to: unit.hash,
    ...(point === undefined ? {} : { point }),
    variables,
    ...(target === undefined ? {} : { needs: target.names.map(sourceName) }),
  };
  const decision = decide(older);
  const stale = (difference: VersionDifference): StaleState => {
    const message = `${unit.id} is not the version that made the state.`;
    return new StaleState(difference, message, decision === 'restart' ? { decision } : {});
  };
  if (decision === 'reject' || decision === 'restart' || target === undefined) throw stale(older.difference);
  const given = decision === 'migrate' ? variables : decision;
  const isGiven = (name: string): boolean => !name.startsWith('#') && Object.hasOwn(given, sourceName(name));
  if (!target.names.every(isGiven)) throw stale('unmigratable');
  return { label: target.label, slots: target.names.map((name) => slotOf(name, given[sourceName(name)])) };
}

function resumePoint(
  { points, names }: MachineCode,
  point: string,
): { readonly label: number; readonly names: readonly string[] } | undefined {
  const found = Object.entries(points).find(([, name]) => name === point);
  if (found === undefined) return undefined;
  const label = Number(found[0]);
  return { label, names: names[label] ?? [] };
}

function readVariables(
  names: readonly string[],
  slots: readonly unknown[],
): Readonly<Record<string, unknown>> {
  const variables: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [index, name] of names.entries()) {
    const slot = slots[index];
    if (name.startsWith('#')) continue;
    if (!name.startsWith('&')) variables[name] = slot;
    // A box without a value is that of a variable that has not been initialized.
    else if ('v' in (slot as object)) variables[sourceName(name)] = Reflect.get(slot as object, 'v');
  }
  return variables;
}

function slotOf(name: string, value: unknown): unknown {
  return name.startsWith('&') ? { v: value } : value;
}

function sourceName(name: string): string {
  return name.replace(/^[#&]/, '');
}
