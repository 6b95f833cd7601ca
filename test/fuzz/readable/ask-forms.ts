import type { Draw } from './draw.ts';
import { conditionFrom, numberFrom, type Scope } from './expressions.ts';

export const SCHEMA =
  "{ type: 'object', properties: { ok: { type: 'boolean' }, size: { type: 'integer' } }, required: ['ok'] }";

/** Writes statements that ask, in every form in which a statement uses an answer. */
export class AskForms {
  readonly #draw: Draw;
  /** A function that asks: `(ctx, question, n) => Promise<number>`. */
  readonly #helper: string;

  constructor(draw: Draw, helper: string) {
    this.#draw = draw;
    this.#helper = helper;
  }

  statement(scope: Scope): string[] {
    return this.#draw.weighted<string[]>([
      [6, () => this.#batch(scope)],
      [14, () => this.#ofHelper(scope)],
      [16, () => this.#inside(scope)],
      [22, () => this.#declared(scope)],
      [8, () => [`${this.#elicit(scope)};`]],
      [8, () => this.#destructured(scope)],
      [10, () => this.#counted(scope)],
      [8, () => [`if (${this.#isAccepted(scope)}) ${this.#log(scope)}`]],
      [8, () => [`await log(${this.#draw.effect()}, ${this.#length(scope)});`]],
    ]);
  }

  /** `await ctx.mcpReq.elicitInput(…)`. */
  #elicit(scope: Scope): string {
    return `await ${this.#promised(scope)}`;
  }

  #promised(scope: Scope): string {
    const message = this.#question(scope);
    return this.#draw.chance(0.15)
      ? `ctx.mcpReq.elicitInput({ mode: 'url', message: ${message}, url: 'https://example.com/', elicitationId: label })`
      : `ctx.mcpReq.elicitInput({ message: ${message}, requestedSchema: ${SCHEMA} })`;
  }

  #question(scope: Scope): string {
    return `\`${this.#draw.ask()} \${${numberFrom(scope, this.#draw)}}\``;
  }

  /** A number that is known once something was asked. */
  #length(scope: Scope): string {
    return this.#draw.weighted([
      [8, () => `(${this.#elicit(scope)}).action.length`],
      [1, () => `(await server.server.listRoots()).roots.length`],
      [1, () => `(${this.#sample(scope)}).model.length`],
    ]);
  }

  #sample(scope: Scope): string {
    const content = `{ type: 'text', text: ${this.#question(scope)} }`;
    return `await ctx.mcpReq.requestSampling({ messages: [{ role: 'user', content: ${content} }], maxTokens: 9 })`;
  }

  #isAccepted(scope: Scope): string {
    return `(${this.#elicit(scope)}).action !== 'accept'`;
  }

  #log(scope: Scope): string {
    return `await log(${this.#draw.effect()}, ${numberFrom(scope, this.#draw)});`;
  }

  #declared(scope: Scope): string[] {
    const name = this.#draw.name('a');
    const call = this.#elicit(scope);
    scope.answers.push(name);
    return [`const ${name} = ${call};`];
  }

  #counted(scope: Scope): string[] {
    const value = this.#length(scope);
    return [`const ${this.#declare(scope)} = ${value};`];
  }

  #destructured(scope: Scope): string[] {
    const [action, content] = [this.#draw.name('b'), this.#draw.name('c')];
    const call = this.#elicit(scope);
    const read = `${action} === 'accept' && ${content}?.ok ? 1 : 0`;
    return [
      `const { action: ${action}, content: ${content} } = ${call};`,
      `const ${this.#declare(scope)}: number = ${read};`,
    ];
  }

  #batch(scope: Scope): string[] {
    const calls = [this.#promised(scope), this.#promised(scope)];
    const names = calls.map(() => this.#draw.name('a'));
    scope.answers.push(...names);
    return [`const [${names.join(', ')}] = await Promise.all([${calls.join(', ')}]);`];
  }

  #ofHelper(scope: Scope): string[] {
    const draw = this.#draw;
    const call = (): string =>
      `await ${this.#helper}(ctx, ${this.#question(scope)}, ${numberFrom(scope, draw)})`;
    return draw.weighted<string[]>([
      [
        4,
        () => {
          const value = call();
          return [`const ${this.#declare(scope)} = ${value};`];
        },
      ],
      [3, () => [`${call()};`]],
      [3, () => [`if ((${call()}) > 2) ${this.#log(scope)}`]],
      [
        scope.optional.length === 0 ? 0 : 3,
        () => {
          const value = `${draw.pick(scope.optional)} ?? (${call()})`;
          return [`const ${this.#declare(scope)} = ${value};`];
        },
      ],
    ]);
  }

  /** In the midst of a larger expression. */
  #inside(scope: Scope): string[] {
    const draw = this.#draw;
    const length = this.#length(scope);
    const before = `await num(${draw.effect()}, ${numberFrom(scope, draw)})`;
    const condition = conditionFrom(scope, draw);
    const other = numberFrom(scope, draw);
    const result = draw.name('r');
    const assigned = scope.assignable.length > 0 ? draw.pick(scope.assignable) : undefined;
    const list = scope.lists.length > 0 ? draw.pick(scope.lists) : undefined;
    const declared = (value: string): string[] => [`const ${this.#declare(scope)} = ${value};`];
    const chained = this.#promised(scope);
    return draw.pick([
      () => declared(`${condition} ? ${length} : ${other}`),
      () => declared(`(${before}) * ${length} + ${other}`),
      () => declared(`[${before}, ${length}, ${other}].join('').length`),
      () => declared(`\`\${${before}} \${${length}}\`.length`),
      () => declared(`await ${chained}.then((${result}) => ${result}.action.length).catch(() => ${other})`),
      () => [`await log(${draw.effect()}, ${before}, ${length});`],
      () => [`if (${condition} && ${length} > 6) ${this.#log(scope)}`],
      () => [`if (${condition} || ${length} > 6) ${this.#log(scope)}`],
      () => [`if (!(${length} > 6)) { ${this.#log(scope)} } else { ${this.#log(scope)} }`],
      () => (assigned === undefined ? declared(length) : [`${assigned} += ${length};`]),
      () => (assigned === undefined ? declared(length) : [`${assigned} ||= ${length};`]),
      () => (list === undefined ? declared(length) : [`${list}.push(${length});`]),
    ])();
  }

  #declare(scope: Scope): string {
    const name = this.#draw.name('v');
    scope.numbers.push(name);
    return name;
  }
}
