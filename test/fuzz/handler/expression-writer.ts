import type { Choices } from '../choices.ts';
import type { Place } from './place.ts';

/** Writes expressions of random handlers. */
export class ExpressionWriter {
  readonly #choices: Choices;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  /** An expression of every kind, suspension points among its operands. */
  expression(place: Place, depth: number): string {
    if (depth === 0 || this.#choices.chance(0.2)) return this.pure(place);
    const inner = (): string => this.expression(place, depth - 1);
    const call = (): string => {
      if (place.functions.length === 0) return `log(${inner()})`;
      const name = this.#choices.pick(place.functions);
      return `(spend() ? (${name}(${inner()})) : 0)`;
    };
    return this.#choices.pick([
      () => `(await ask(${inner()}))`,
      () => `(await ask('q' + ${inner()}))`,
      () => `(${inner()} + ${inner()})`,
      () => `(${inner()} ${this.#choices.pick(['&&', '||', '??'])} ${inner()})`,
      () => `(${inner()} ? ${inner()} : ${inner()})`,
      () => `[${inner()}, ...[${inner()}], ${inner()}]`,
      () => `({ a: ${inner()}, [(${inner()}, 'k')]: ${inner()} })`,
      () => `\`\${${inner()}}-\${${inner()}}\``,
      () => `(log(${inner()}), ${inner()})`,
      () => `[${inner()}].concat(${inner()}, ${inner()})`,
      () => `(${this.assign(place)})`,
      () => `(await Promise.all([ask(${this.pure(place)}), ask(${this.pure(place)})]))`,
      () => `(await Promise.allSettled([ask(${this.pure(place)}), ${inner()}]))[0].status`,
      () =>
        `(await Promise.all([1, 2].map(async (x) => [x, await ask('m' + x), await ask([x, ${this.pure(place)}])])))`,
      () => `(await Promise.race([ask(${inner()}), late(1e6, ${this.pure(place)})]))`,
      () => `(await Promise.race([new Promise((r) => setTimeout(r, 1, ${this.pure(place)})), late(1e6, 0)]))`,
      () => `[...new Set([${inner()}, ${inner()}])]`,
      () => `new Array(${inner()}, ${inner()})`,
      () => `(spend() ? await span(${this.pure(place)}, () => ask(${this.pure(place)})) : 3)`,
      () => `(spend() ? await retry(async (n) => [n, await ask(n)]) : 4)`,
      () => `(spend() ? await limit(ask(${this.pure(place)})) : 5)`,
      () => (place.depth < 2 ? `(spend() ? await service.run(ask, ${inner()}) : 2)` : inner()),
      () => (place.depth < 2 ? `(spend() ? await helper(ask, ${inner()}) : 1)` : inner()),
      () => `(await ${inner()})`,
      () => `(${inner()}?.at?.(await ask(${inner()})))`,
      () => `({ m(x) { return [x]; } }).m(${inner()})?.concat(${inner()})?.[(log('i'), ${inner()}, 0)]`,
      call,
    ])();
  }

  /** An expression without suspension points. */
  pure(place: Place): string {
    const names = [...place.variables, ...place.constants];
    if (names.length > 0 && this.#choices.chance(0.7)) return this.#choices.pick(names);
    return this.#choices.pick(['0', '1', `'s'`, 'true', 'null', 'undefined', '[1, 2]']);
  }

  assign(place: Place, mayAsk = true): string {
    if (place.variables.length === 0) return `log('nothing')`;
    const operator = this.#choices.pick(['=', '+=', '??=', '&&=', '||=']);
    const target = this.#choices.pick(place.variables);
    if (!mayAsk) return `${target} ${operator} ${this.pure(place)}`;
    const value = this.expression(place, 2);
    return this.#choices.pick([
      () => `${target} ${operator} ${value}`,
      () => `${target} += [(${target} = ${this.pure(place)}), await ask(${value})]`,
      () => `({ k: ${this.pure(place)} })[(log('key'), 'k')] ${operator} ${value}`,
      () => `[${target} = ${this.pure(place)}] = [${value}]`,
    ])();
  }
}
