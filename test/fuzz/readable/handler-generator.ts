interface Scope {
  /** Numbers that may be read. */
  readonly numbers: string[];
  /** Numbers that may also be assigned. */
  readonly assignable: string[];
  /** Variables that hold an elicitation result. */
  readonly answers: string[];
}

export const SCHEMA =
  "{ type: 'object', properties: { ok: { type: 'boolean' }, size: { type: 'integer' } }, required: ['ok'] }";

/** Writes the body of one random handler or helper. */
export class HandlerGenerator {
  readonly #random: () => number;
  /** A function that asks. */
  readonly #helper: string;
  #names = 0;
  #effects = 0;
  #asks = 0;
  #budget: number;
  /** How many loops are around the statement that is generated. */
  #loops = 0;

  readonly #kind: 'handler' | 'helper';

  constructor(random: () => number, helper: string, kind: 'handler' | 'helper') {
    this.#random = random;
    this.#kind = kind;
    this.#helper = helper;
    this.#budget = 6 + Math.floor(random() * 14);
  }

  generate(): string {
    const scope: Scope = { numbers: ['n'], assignable: [], answers: [] };
    const statements = this.#statements(scope, '      ', 0);
    if (this.#asks === 0) statements.push(...this.#ask(scope, '      '));
    return [...statements, `      ${this.#result('label', scope)}`].join('\n');
  }

  #result(label: string, scope: Scope): string {
    if (this.#kind === 'helper') return `return ${this.#number(scope)};`;
    return `return text(${label}, ${this.#number(scope)}, ${this.#number(scope)});`;
  }

  #statements(outer: Scope, indent: string, depth: number): string[] {
    const scope: Scope = {
      numbers: [...outer.numbers],
      assignable: [...outer.assignable],
      answers: [...outer.answers],
    };
    const lines: string[] = [];
    const length = 1 + Math.floor(this.#random() * (depth === 0 ? 7 : 4));
    for (let index = 0; index < length && this.#budget > 0; index += 1) {
      this.#budget -= 1;
      if (this.#chance(0.1)) lines.push(`${indent}// step ${this.#effects}`);
      lines.push(...this.#statement(scope, indent, depth));
      // What follows a return would be dead, which the rewrite refuses.
      if (/^\s*(return |throw |break;|continue;)/.test(lines.at(-1) ?? '')) break;
    }
    // What the outermost list declares stays visible to the final return.
    if (depth === 0) Object.assign(outer, scope);
    return lines;
  }

  #statement(scope: Scope, indent: string, depth: number): string[] {
    const roll = this.#random();
    if (roll < 0.28 && this.#asks < 5) return this.#ask(scope, indent);
    if (roll < 0.39 && depth < 3) return this.#branch(scope, indent, depth);
    if (roll < 0.43 && depth < 3) return this.#try(scope, indent, depth);
    if (roll < 0.47 && depth < 3 && this.#loops < 2) return this.#loop(scope, indent, depth);
    if (roll < 0.5 && depth < 3) return this.#switch(scope, indent, depth);
    if (roll < 0.6) {
      const argument = this.#number(scope, 1);
      return [`${indent}const ${this.#declare(scope)} = await num('e${this.#effects++}', ${argument});`];
    }
    if (roll < 0.68) return this.#let(scope, indent);
    if (roll < 0.8 && scope.assignable.length > 0) return [this.#assign(scope, indent)];
    if (roll < 0.82 && this.#loops > 0) return [`${indent}${this.#pick(['break', 'continue'])};`];
    if (roll < 0.84 && depth > 0 && this.#chance(0.4))
      return [`${indent}throw new Error(\`thrown \${${this.#number(scope)}}\`);`];
    if (roll < 0.84 && depth > 0) return [`${indent}${this.#result("'early'", scope)}`];
    return [`${indent}await log('e${this.#effects++}', ${this.#number(scope)}, ${this.#number(scope)});`];
  }

  #let(scope: Scope, indent: string): string[] {
    const value = this.#number(scope);
    const name = this.#declare(scope);
    scope.assignable.push(name);
    if (this.#chance(0.3)) return [`${indent}let ${name}: number;`, `${indent}${name} = ${value};`];
    return [`${indent}let ${name} = ${value};`];
  }

  #assign(scope: Scope, indent: string): string {
    const target = this.#pick(scope.assignable);
    return `${indent}${target} ${this.#pick(['=', '+=', '-='])} ${this.#number(scope)};`;
  }

  #branch(scope: Scope, indent: string, depth: number): string[] {
    const inner = `${indent}  `;
    const lines = [`${indent}if (${this.#condition(scope)}) {`, ...this.#statements(scope, inner, depth + 1)];
    if (this.#chance(0.3))
      lines.push(
        `${indent}} else if (${this.#condition(scope)}) {`,
        ...this.#statements(scope, inner, depth + 1),
      );
    if (this.#chance(0.5)) lines.push(`${indent}} else {`, ...this.#statements(scope, inner, depth + 1));
    return [...lines, `${indent}}`];
  }

  #switch(scope: Scope, indent: string, depth: number): string[] {
    const inner = `${indent}    `;
    const loops = this.#loops;
    // A `break` in a clause would leave the `switch`.
    this.#loops = 0;
    const clause = (label: string): string[] => {
      const body = this.#statements(scope, inner, depth + 1);
      const ends = /^\s*(return |throw )/.test(body.at(-1) ?? '');
      return [`${indent}  ${label}: {`, ...body, ...(ends ? [] : [`${inner}break;`]), `${indent}  }`];
    };
    const labels = ['case 0', 'case 1', ...(this.#chance(0.5) ? ['default'] : [])];
    const clauses = labels.flatMap(clause);
    this.#loops = loops;
    return [`${indent}switch (${this.#pick(scope.numbers)} % 3) {`, ...clauses, `${indent}}`];
  }

  /** Each loop ends after few turns: what counts them is assigned by nothing else. */
  #loop(scope: Scope, indent: string, depth: number): string[] {
    const inner = `${indent}  `;
    const name = `v${this.#names++}`;
    const turns = 1 + Math.floor(this.#random() * 3);
    const own: Scope = { ...scope, numbers: [...scope.numbers, name] };
    this.#loops += 1;
    const body = (from: Scope): string[] => this.#statements(from, inner, depth + 1);
    const lines = this.#pick([
      () => [
        `${indent}for (const ${name} of [${this.#number(scope)}, ${this.#number(scope)}, 3].slice(0, ${turns})) {`,
        ...body(own),
      ],
      () => [`${indent}for (let ${name} = 0; ${name} < ${turns}; ${name} += 1) {`, ...body(own)],
      () => [
        `${indent}let ${name} = 0;`,
        `${indent}while (${name} < ${turns} && ${this.#condition(scope)}) {`,
        `${inner}${name} += 1;`,
        ...body(own),
      ],
      () => [
        `${indent}let ${name} = 0;`,
        `${indent}do {`,
        `${inner}${name} += 1;`,
        // A `continue` there is refused.
        ...body(own).filter((line) => !line.includes('continue;')),
      ],
    ])();
    this.#loops -= 1;
    const end = lines.some((line) => line === `${indent}do {`) ? `} while (${name} < ${turns});` : '}';
    return [...lines, indent + end];
  }

  #try(scope: Scope, indent: string, depth: number): string[] {
    const inner = `${indent}  `;
    const error = `e${this.#names++}`;
    const handled = this.#chance(0.5)
      ? [`${indent}} catch {`]
      : [
          `${indent}} catch (${error}) {`,
          `${inner}await log(${error} instanceof Error ? ${error}.message : '', ${this.#number(scope)});`,
        ];
    const block = this.#statements(scope, inner, depth + 1);
    const handler = this.#statements(scope, inner, depth + 1);
    const cleanup = [
      `${indent}} finally {`,
      `${inner}await log('e${this.#effects++}', ${this.#number(scope)});`,
    ];
    const roll = this.#random();
    if (roll < 0.2) return [`${indent}try {`, ...block, ...cleanup, `${indent}}`];
    return [`${indent}try {`, ...block, ...handled, ...handler, ...(roll < 0.4 ? cleanup : []), `${indent}}`];
  }

  #askByHelper(scope: Scope, indent: string): string[] {
    const call = `await ${this.#helper}(ctx, \`ask ${this.#asks++} \${${this.#number(scope)}}\`, ${this.#number(scope)})`;
    return this.#pick([
      () => [`${indent}const ${this.#declare(scope)} = ${call};`],
      () => [`${indent}${call};`],
      () => [`${indent}if ((${call}) > 2) await log('e${this.#effects++}', ${this.#number(scope)});`],
    ])();
  }

  #batch(scope: Scope, indent: string, call: string): string[] {
    const [first, second] = [`a${this.#names++}`, `a${this.#names++}`];
    scope.answers.push(first, second);
    const asks = [call, call].map((text) =>
      text.replace(/^await /, '').replace('ask ', `ask ${this.#asks++} `),
    );
    return [`${indent}const [${first}, ${second}] = await Promise.all([${asks.join(', ')}]);`];
  }

  #ask(scope: Scope, indent: string): string[] {
    const call = `await ctx.mcpReq.elicitInput({ message: \`ask ${this.#asks++} \${${this.#number(scope)}}\`, requestedSchema: ${SCHEMA} })`;
    const roll = this.#random();
    if (roll < 0.06) return this.#batch(scope, indent, call);
    if (roll < 0.16) return this.#askByHelper(scope, indent);
    if (roll < 0.28) return this.#askInside(scope, indent, call);
    if (roll < 0.5) {
      const name = this.#chance(0.15) && scope.answers.length > 0 ? undefined : `a${this.#names++}`;
      if (name === undefined) return [`${indent}${call};`];
      scope.answers.push(name);
      return [`${indent}const ${name} = ${call};`];
    }
    if (roll < 0.6) return [`${indent}${call};`];
    if (roll < 0.7) {
      const [action, content] = [`b${this.#names}`, `c${this.#names++}`];
      const read = `${indent}const ${this.#declare(scope)}: number = ${action} === 'accept' && ${content}?.ok ? 1 : 0;`;
      return [`${indent}const { action: ${action}, content: ${content} } = ${call};`, read];
    }
    if (roll < 0.8) {
      const name = this.#declare(scope);
      return [`${indent}const ${name} = (${call}).action.length;`];
    }
    if (roll < 0.9)
      return [
        `${indent}if ((${call}).action !== 'accept') await log('e${this.#effects++}', ${this.#number(scope)});`,
      ];
    return [`${indent}await log('e${this.#effects++}', (${call}).action.length);`];
  }

  /** In the midst of a larger expression. */
  #askInside(scope: Scope, indent: string, call: string): string[] {
    const length = `(${call}).action.length`;
    const before = `await num('e${this.#effects++}', ${this.#number(scope)})`;
    const condition = this.#condition(scope);
    const [result, other] = [`r${this.#names++}`, this.#number(scope)];
    const assigned = scope.assignable.length > 0 ? this.#pick(scope.assignable) : undefined;
    return this.#pick([
      () => [`${indent}const ${this.#declare(scope)} = ${condition} ? ${length} : ${other};`],
      () => [`${indent}await log('e${this.#effects++}', ${before}, ${length});`],
      () => [`${indent}const ${this.#declare(scope)} = (${before}) * ${length} + ${other};`],
      () => [`${indent}if (${condition} && ${length} > 6) await log('e${this.#effects++}', ${other});`],
      () => [`${indent}if (${condition} || ${length} > 6) await log('e${this.#effects++}', ${other});`],
      () => [
        `${indent}const ${this.#declare(scope)} = await ${call.replace(/^await /, '')}.then((${result}) => ${result}.action.length).catch(() => ${other});`,
      ],
      () => [
        `${indent}${assigned === undefined ? `const ${this.#declare(scope)} =` : `${assigned} +=`} ${length};`,
      ],
      () => [`${indent}const ${this.#declare(scope)} = [${before}, ${length}, ${other}].join('').length;`],
    ])();
  }

  #declare(scope: Scope): string {
    const name =
      this.#chance(0.08) && scope.numbers.length > 2
        ? `v${Math.floor(this.#random() * 3)}x${this.#names++}`
        : `v${this.#names++}`;
    scope.numbers.push(name);
    return name;
  }

  #number(scope: Scope, depth = 0): string {
    const roll = this.#random();
    if (roll < 0.2) return String(Math.floor(this.#random() * 10));
    if (roll < 0.35 && scope.answers.length > 0) return this.#answered(this.#pick(scope.answers));
    if (roll < 0.5 && depth < 2)
      return `(${this.#number(scope, depth + 1)} ${this.#pick(['+', '-', '*'])} ${this.#number(scope, depth + 1)})`;
    if (roll < 0.55) return `[1, 2].map((x) => x + ${this.#pick(scope.numbers)}).length`;
    if (roll < 0.6) return 'label.length';
    return this.#pick(scope.numbers);
  }

  #answered(answer: string): string {
    return this.#pick([
      `(${answer}.action === 'accept' ? 1 : 2)`,
      `(${answer}.content?.ok === true ? 3 : 4)`,
      `Number(${answer}.content?.size ?? 5)`,
      `JSON.stringify(${answer}).length`,
    ]);
  }

  #condition(scope: Scope): string {
    // A variable on one side: the type checker objects to literals that can never be equal.
    return `${this.#pick(scope.numbers)} ${this.#pick(['>', '<', '!=='])} ${this.#number(scope)}`;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }
}
