import type { Span } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts, positionAt } from '../../diagnostics/position.ts';
import type {
  ExplainedFunction,
  ExplainedSuspensionPoint,
  ExplainedUnit,
  ExplainedVariable,
} from '../../plugin/explain-module.ts';
import { printDiagnostic } from './pretty-diagnostic.ts';
import type { Colors } from './pretty-diagnostic.ts';

const SHOWN = 70;

const KINDS: Readonly<Record<ExplainedFunction['kind'], string>> = {
  machine: 'function',
  closure: 'function without suspension points',
  class: 'class, whose objects cannot be carried,',
};

const REMEDIES: Readonly<Record<NonNullable<ExplainedVariable['remedy']>, string>> = {
  rematerialize: 'rematerialize: only the function that makes it travels, and runs when the value is read',
  transient: 'transient: nothing of it travels',
};

/** What the compiler makes of a marked function, for people. */
export function printExplained(unit: ExplainedUnit, text: string, colors: Colors): string {
  const { id, span, hash, functions, diagnostics } = unit;
  const starts = computeLineStarts(text);
  const placeOf = ({ start }: Span): string => {
    const { line, column } = positionAt(starts, start);
    return `${line}:${column}`;
  };
  const name = id.slice(id.indexOf('#') + 1);
  const heading = `${colors.bold(name)}  ${colors.dim(`${span.file}:${placeOf(span)}`)}`;
  if (diagnostics.length > 0) {
    const sources = new Map([[span.file, text]]);
    return [
      `${heading}  cannot be compiled`,
      ...diagnostics.map((one) => printDiagnostic(one, sources, colors)),
    ].join('\n\n');
  }
  if (hash === undefined) return `${heading}  is compiled already`;
  const described = functions.map((one, index) => printFunction(one, index === 0));
  return [`${heading}  version ${hash}`, ...described].join('\n');

  function printFunction(one: ExplainedFunction, isRoot: boolean): string {
    const indent = isRoot ? '  ' : '    ';
    const title = `  ${KINDS[one.kind]} ${one.name}  ${colors.dim(placeOf(one.span))}`;
    const captured = one.captured.length === 0 ? [] : [`${indent}captures ${printVariables(one.captured)}`];
    const points = one.suspensionPoints.map((point) => printPoint(point, indent));
    const asks = one.asks.max === 0 ? [] : [`${indent}asks ${printCount(one.asks)}`];
    return [...(isRoot ? [] : ['', title]), ...asks, ...captured, ...points].join('\n');
  }

  function printPoint(point: ExplainedSuspensionPoint, indent: string): string {
    const source = point.span === undefined ? 'the promise it returns' : shorten(point.span);
    const place = point.span === undefined ? '' : `${placeOf(point.span)} `;
    const again =
      point.recomputed.length === 0
        ? []
        : [
            `${indent}  evaluates again, instead of carrying, since a name leads to it in every round: ${point.recomputed.join(', ')}`,
          ];
    return [
      `${indent}${colors.dim(place)}${source}`,
      `${indent}  goes on at label ${point.label}, carries ${printVariables(point.carried)}${printSize(point.carried)}`,
      ...again,
    ].join('\n');
  }

  function shorten({ start, end }: Span): string {
    const line = text.slice(start, end).replaceAll(/\s+/g, ' ');
    return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
  }
}

/** Each ask, or group of asks that wait together, is a round; what the functions ask that are called comes on top. */
function printCount({ min, max }: ExplainedFunction['asks']): string {
  if (max === undefined) return `${min} times or more, in a loop: most clients stop after 10 rounds`;
  const times = max === 1 ? 'time' : 'times';
  return min === max ? `${max} ${times}` : `${min} to ${max} ${times}`;
}

function printSize(variables: readonly ExplainedVariable[]): string {
  const sizes = variables.flatMap(({ size }) => size ?? []);
  if (sizes.length === 0) return '';
  const known = sizes.length === variables.length ? '' : ` for ${sizes.length} of them`;
  return `; about ${sizes.reduce((total, size) => total + size + 1, 0)} characters${known}`;
}

function printVariables(variables: readonly ExplainedVariable[]): string {
  const unnamed = variables.filter(({ name }) => name === undefined).length;
  const named = variables.flatMap(({ name, isBoxed, type, remedy }) => {
    if (name === undefined) return [];
    const notes = [
      ...(isBoxed ? ['shared with a function, and assigned'] : []),
      ...(remedy === undefined ? [] : [REMEDIES[remedy]]),
    ];
    const typed = type === undefined ? name : `${name}: ${type}`;
    return [notes.length === 0 ? typed : `${typed} (${notes.join('; ')})`];
  });
  const values = `${unnamed} intermediate value${unnamed === 1 ? '' : 's'} of what was evaluated before`;
  return [...named, ...(unnamed === 0 ? [] : [values])].join(', ') || 'nothing';
}
