import type { ts } from '../syntax/ts.ts';
import type { Reference } from './collect-references.ts';
import {
  findCallbackNames,
  findDestination,
  isChangedInPlace,
  type Destination,
} from './find-destination.ts';
import { isMutationThrough } from './find-mutations.ts';

/**
 * The variables whose value may differ later from what their declaration gives: assigned, changed through a property,
 * handed as an object to code that may change it before `end`, or sharing an object with such a variable.
 * @param end the offset after which a change is not seen by a later round: the last ask
 */
export function findChangedVariables(
  references: readonly Reference[],
  isAsk: (call: ts.Node) => boolean,
  end: number,
  checker: ts.TypeChecker,
): Set<ts.Symbol> {
  const own = new Set(references.filter((r) => r.isDeclaration).map((r) => r.symbol));
  const flows = references.map((reference) => ({
    reference,
    destination: findDestination(reference.node, isAsk, checker),
    given: findCallbackNames(reference.node, checker),
  }));
  const isHandedOn = ({ node, closure }: Reference, destination: Destination): boolean => {
    if (node.pos >= end) return false;
    if (destination.kind === 'returned') return closure !== undefined;
    return destination.kind === 'code' || destination.names.some((symbol) => !own.has(symbol));
  };
  const changed = new Set(
    flows
      .filter(
        ({ reference: r, destination, given }) =>
          (!r.isDeclaration && r.access !== 'read') ||
          isMutationThrough(r.node, checker) ||
          isChangedInPlace(r.node, checker) ||
          (destination !== undefined && isHandedOn(r, destination)) ||
          (given === 'code' && r.node.pos < end),
      )
      .map(({ reference }) => reference.symbol),
  );
  for (let size = -1; size !== changed.size;) {
    size = changed.size;
    for (const { reference, destination, given } of flows) {
      const shared = destination?.kind === 'variables' ? destination.names : [];
      const named = given === 'code' ? [] : given;
      if ([...shared, ...named].some((alias) => changed.has(alias))) changed.add(reference.symbol);
    }
  }
  return changed;
}
