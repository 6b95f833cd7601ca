import { AskForms } from './ask-forms.ts';
import type { Draw } from './draw.ts';
import { conditionFrom, innerScope, numberFrom, type Scope } from './expressions.ts';

/** Loops with a label, and without, that a jump may leave. */
interface Place {
  readonly depth: number;
  readonly loops: number;
  readonly labels: readonly string[];
  /** `break` and `continue` without a label are possible. */
  readonly mayJump: boolean;
}

/** Writes the body of one random handler or helper, a list of lines without indentation. */
export class HandlerGenerator {
  readonly #draw: Draw;
  readonly #asks: AskForms;
  readonly #kind: 'handler' | 'helper';
  #budget: number;

  /** @param helper the name of a function that asks */
  constructor(draw: Draw, helper: string, kind: 'handler' | 'helper') {
    this.#draw = draw;
    this.#asks = new AskForms(draw, helper);
    this.#kind = kind;
    this.#budget = 6 + draw.below(14);
  }

  generate(): string {
    const scope: Scope = {
      numbers: ['n'],
      assignable: [],
      optional: [],
      answers: [],
      lists: [],
      records: [],
      maps: [],
    };
    const before = this.#draw.asks;
    const body = this.#list(scope, { depth: 0, loops: 0, labels: [], mayJump: false });
    if (this.#draw.asks === before) body.push(...this.#asks.statement(scope));
    return [...body, this.#result('label', scope)].join('\n');
  }

  #result(label: string, scope: Scope): string {
    if (this.#kind === 'helper') return `return ${this.#number(scope)};`;
    return `return text(${label}, ${this.#number(scope)}, ${this.#number(scope)});`;
  }

  #number(scope: Scope): string {
    return numberFrom(scope, this.#draw);
  }

  #inner(outer: Scope, place: Place): string[] {
    return this.#list(innerScope(outer), { ...place, depth: place.depth + 1 });
  }

  #list(scope: Scope, place: Place): string[] {
    const lines: string[] = [];
    const length = 1 + this.#draw.below(place.depth === 0 ? 7 : 4);
    for (let index = 0; index < length && this.#budget > 0; index += 1) {
      this.#budget -= 1;
      if (this.#draw.chance(0.1)) lines.push(`// step ${index} of ${length}`);
      lines.push(...this.#statement(scope, place));
      // What follows would be dead, which the rewrite refuses.
      if (/^(return|throw|break|continue)\b/.test(lines.at(-1) ?? '')) break;
    }
    return lines;
  }

  #statement(scope: Scope, place: Place): string[] {
    const draw = this.#draw;
    const mayNest = place.depth < 3 ? 1 : 0;
    return draw.weighted<string[]>([
      [draw.asks < 6 ? 26 : 0, () => this.#asks.statement(scope)],
      [11 * mayNest, () => this.#branch(scope, place)],
      [4 * mayNest, () => this.#try(scope, place)],
      [place.loops < 2 ? 6 * mayNest : 0, () => this.#loop(scope, place)],
      [3 * mayNest, () => this.#switch(scope, place)],
      [10, () => this.#effect(scope)],
      [8, () => this.#variable(scope)],
      [7, () => this.#object(scope)],
      [12, () => this.#change(scope)],
      [place.mayJump ? 2 : 0, () => [`${draw.pick(['break', 'continue'])};`]],
      [place.labels.length > 0 ? 2 : 0, () => [this.#jump(place.labels)]],
      [place.depth > 0 ? 1 : 0, () => [`throw new Error(\`thrown \${${this.#number(scope)}}\`);`]],
      [place.depth > 0 ? 2 : 0, () => [this.#result("'early'", scope)]],
      [14, () => [`await log(${draw.effect()}, ${this.#number(scope)}, ${this.#number(scope)});`]],
    ]);
  }

  #jump(labels: readonly string[]): string {
    return `${this.#draw.pick(['break', 'continue'])} ${this.#draw.pick(labels)};`;
  }

  #effect(scope: Scope): string[] {
    const value = `await num(${this.#draw.effect()}, ${this.#number(scope)})`;
    const name = this.#draw.name('v');
    scope.numbers.push(name);
    return [`const ${name} = ${value};`];
  }

  #variable(scope: Scope): string[] {
    const value = this.#number(scope);
    const name = this.#draw.name('v');
    if (this.#draw.chance(0.3)) {
      const condition = conditionFrom(scope, this.#draw);
      scope.optional.push(name);
      return [`const ${name}: number | undefined = ${condition} ? ${value} : undefined;`];
    }
    scope.numbers.push(name);
    scope.assignable.push(name);
    if (this.#draw.chance(0.3)) return [`let ${name}: number;`, `${name} = ${value};`];
    return [`let ${name} = ${value};`];
  }

  /** What is carried by reference. */
  #object(scope: Scope): string[] {
    const [first, second] = [this.#number(scope), this.#number(scope)];
    const name = this.#draw.name('o');
    return this.#draw.pick([
      () => {
        scope.lists.push(name);
        return [`const ${name} = [${first}, ${second}];`];
      },
      () => {
        scope.records.push(name);
        return [`const ${name} = { a: ${first}, deep: { b: ${second} } };`];
      },
      () => {
        scope.maps.push(name);
        return [`const ${name} = new Map<string, number>([['first', ${first}]]);`];
      },
    ])();
  }

  #change(scope: Scope): string[] {
    const { assignable, lists, records, maps } = scope;
    const value = this.#number(scope);
    const pick = <T>(items: readonly T[]): T => this.#draw.pick(items);
    const weight = (names: readonly string[]): number => (names.length > 0 ? 1 : 0);
    return this.#draw.weighted<string[]>([
      [3 * weight(assignable), () => [`${pick(assignable)} ${pick(['=', '+=', '-='])} ${value};`]],
      [weight(lists), () => [`${pick(lists)}.push(${value});`]],
      [weight(records), () => [`${pick(records)}.${pick(['a', 'deep.b'])} = ${value};`]],
      [weight(maps), () => [`${pick(maps)}.set(${pick(["'first'", 'label'])}, ${value});`]],
      [0.1, () => [`await log(${this.#draw.effect()}, ${value});`]],
    ]);
  }

  #branch(scope: Scope, place: Place): string[] {
    const draw = this.#draw;
    const lines = [`if (${conditionFrom(scope, draw)}) {`, ...this.#inner(scope, place)];
    if (draw.chance(0.3))
      lines.push(`} else if (${conditionFrom(scope, draw)}) {`, ...this.#inner(scope, place));
    if (draw.chance(0.5)) lines.push('} else {', ...this.#inner(scope, place));
    return [...lines, '}'];
  }

  #switch(scope: Scope, place: Place): string[] {
    const labels = ['case 0', 'case 1', ...(this.#draw.chance(0.5) ? ['default'] : [])];
    const clauses = labels.flatMap((label) => {
      // A `break` in a clause would leave the `switch`.
      const body = this.#inner(scope, { ...place, mayJump: false });
      const ends = /^(return|throw|break|continue)\b/.test(body.at(-1) ?? '');
      const fallsThrough = ends || this.#draw.chance(0.25);
      return [`${label}: {`, ...body, ...(fallsThrough ? [] : ['break;']), '}'];
    });
    return [`switch (${this.#draw.pick(scope.numbers)} % 3) {`, ...clauses, '}'];
  }

  /** Each loop ends after few turns: what counts them is assigned by nothing else. */
  #loop(scope: Scope, place: Place): string[] {
    const draw = this.#draw;
    const name = draw.name('v');
    const turns = 1 + draw.below(3);
    const own = innerScope(scope);
    own.numbers.push(name);
    const label = draw.chance(0.2) ? draw.name('loop') : undefined;
    const inside: Place = {
      ...place,
      loops: place.loops + 1,
      labels: label === undefined ? place.labels : [...place.labels, label],
      mayJump: true,
    };
    const first = this.#number(scope);
    const body = (): string[] => this.#inner(own, inside);
    const [head = '', ...rest] = draw.pick([
      () => [`for (const ${name} of [${first}, ${first} + 1, 3].slice(0, ${turns})) {`, ...body(), '}'],
      () => [`for (const ${name} of new Set([${first}, ${first} % 3, 3])) {`, ...body(), '}'],
      () =>
        scope.maps.length === 0
          ? [`for (const ${name} of [${first}]) {`, ...body(), '}']
          : [`for (const ${name} of ${draw.pick(scope.maps)}.values()) {`, ...body(), '}'],
      () => [`for (let ${name} = 0; ${name} < ${turns}; ${name} += 1) {`, ...body(), '}'],
      () => [
        `while (${name} < ${turns} && ${conditionFrom(scope, draw)}) {`,
        `${name} += 1;`,
        ...body(),
        '}',
      ],
      // A `continue` there is refused.
      () => [
        'do {',
        `${name} += 1;`,
        ...body().filter((line) => !line.startsWith('continue')),
        `} while (${name} < ${turns});`,
      ],
    ])();
    const counter = head.startsWith('for') ? [] : [`let ${name} = 0;`];
    return [...counter, label === undefined ? head : `${label}: ${head}`, ...rest];
  }

  #try(scope: Scope, place: Place): string[] {
    const draw = this.#draw;
    const error = draw.name('e');
    const message = `${error} instanceof Error ? ${error}.message : ''`;
    const handled = draw.chance(0.5)
      ? ['} catch {']
      : [`} catch (${error}) {`, `await log(${message}, ${this.#number(scope)});`];
    const block = this.#inner(scope, place);
    const handler = this.#inner(scope, place);
    const last = draw.chance(0.3)
      ? this.#asks.statement(innerScope(scope))
      : [`await log(${draw.effect()}, ${this.#number(scope)});`];
    const cleanup = ['} finally {', ...last];
    return draw.weighted<string[]>([
      [1, () => ['try {', ...block, ...cleanup, '}']],
      [1, () => ['try {', ...block, ...handled, ...handler, ...cleanup, '}']],
      [3, () => ['try {', ...block, ...handled, ...handler, '}']],
    ]);
  }
}
