import type { Choices } from '../choices.ts';
import { DeclarationWriter } from './declaration-writer.ts';
import { ExpressionWriter } from './expression-writer.ts';
import type { Place } from './place.ts';

/** Writes statements of random handlers: every loop ends, every effect is logged. */
export class StatementWriter {
  readonly #choices: Choices;
  readonly #expressions: ExpressionWriter;
  readonly #declarations: DeclarationWriter;

  constructor(choices: Choices) {
    this.#choices = choices;
    this.#expressions = new ExpressionWriter(choices);
    const block = (place: Place, size: number): string => this.block(place, size);
    this.#declarations = new DeclarationWriter(choices, this.#expressions, block);
  }

  block(place: Place, size: number): string {
    let here = place;
    const lines: string[] = [];
    for (let line = 0; line < 1 + this.#choices.below(size); line++) {
      const [text, next] = this.#statement(here);
      lines.push(text);
      here = next;
    }
    return lines.join(' ');
  }

  #statement(place: Place): [string, Place] {
    const expression = (): string => this.#expressions.expression(place, 2);
    const deeper: Place = { ...place, depth: place.depth + 1 };
    const simple: (() => string)[] = [
      () => this.#floating(place),
      () => this.#constantWrite(place),
      () => `log(${expression()});`,
      () => 'log(kept.map((f) => f()));',
      () => `${this.#expressions.assign(place)};`,
      () => this.#jump(place),
    ];
    const compound: (() => string)[] = [
      () => `if (${expression()}) { ${this.block(deeper, 2)} } else { ${this.block(deeper, 2)} }`,
      () => this.#loop(deeper),
      () => this.#loop(deeper),
      () => this.#try(deeper),
      () => this.#try(deeper),
      () => this.#switch(deeper),
      () => `{ ${this.block(deeper, 3)} }`,
    ];
    if (place.depth <= 3 && !this.#choices.chance(0.6)) return [this.#choices.pick(compound)(), place];
    if (this.#choices.chance(0.65)) return this.#declarations.declaration(place);
    return [this.#choices.pick(simple)(), place];
  }

  /** A promise that nobody awaits, whose callback changes a variable. */
  #floating(place: Place): string {
    const [variable] = place.variables.slice(-1);
    if (variable === undefined || variable.includes('.')) return ';';
    const start = `later(${this.#expressions.pure(place)}).then((r) => { ${variable} = [r]; })`;
    return (
      this.#choices.pick([() => `void ${start};`, () => `${start};`, () => `{ const kept = ${start}; }`])() +
      ` await ask('later');`
    );
  }

  #constantWrite(place: Place): string {
    const name = place.constants.at(-1);
    if (name === undefined) return ';';
    return `try { ${name} ${this.#choices.pick(['=', '+=', '??='])} ${this.#expressions.expression(place, 1)}; } catch (e) { log(e); }`;
  }

  #loop(place: Place): string {
    const label = this.#choices.name('L');
    const name = this.#choices.name('i');
    const inner: Place = {
      ...place,
      variables: [...place.variables, name],
      loops: [...place.loops, label],
      isInLoop: true,
    };
    const keep = this.#choices.chance(0.4) ? `kept.push(() => ${name});` : '';
    const body = `{ ${keep} ${this.block(inner, 3)} }`;
    const source = `[${this.#expressions.expression(place, 1)}, ${this.#expressions.expression(place, 1)}]`;
    return this.#choices.pick([
      () => `${label}: for (let ${name} = 0; ${name} < 3 && budget-- > 0; ${name}++) ${body}`,
      () => `${label}: for (let ${name} of ${source}) ${body}`,
      () => `${label}: for (let ${name} in { a: 1, b: 2 }) ${body}`,
      () => `${label}: for (let ${name} of new Set([3, 4]).values()) ${body}`,
      () => this.#liveLoop(place, label, name),
      () => `${label}: for (let [${name}] of new Map([[1, 2], [3, 4]])) ${body}`,
      () =>
        `let ${name} = 0; ${label}: while (budget-- > 0 && ${this.#expressions.expression(place, 1)}) ${body}`,
      () =>
        `let ${name} = 1; ${label}: do ${body} while (budget-- > 0 && ${this.#expressions.expression(place, 1)})`,
    ])();
  }

  /** A loop over an iterator that is no data: it may await, and leave early, but not ask. */
  #liveLoop(place: Place, label: string, name: string): string {
    const outer =
      place.loops.length > 0 && place.isInLoop
        ? `if (${name} === 5) continue ${this.#choices.pick(place.loops)};`
        : '';
    const leave = this.#choices.pick([
      'break;',
      `break ${label};`,
      `throw new Error('live');`,
      'continue;',
      outer,
    ]);
    const head = this.#choices.pick(['for (', 'for await (']);
    return `${label}: ${head}const ${name} of live([4, 5, ${this.#expressions.pure(place)}])) { try { log(await ${name}); if (${this.#expressions.pure(place)}) { ${leave} } } finally { log(${this.#expressions.pure(place)}); } }`;
  }

  #try(place: Place): string {
    const error = this.#choices.name('e');
    const block = (): string => `{ ${this.block(place, 3)} }`;
    const handler = `catch (${error}) { log('caught', ${error}); ${this.block(place, 2)} }`;
    return this.#choices.pick([
      () => `try ${block()} ${handler}`,
      () => `try ${block()} finally ${block()}`,
      () => `try ${block()} ${handler} finally ${block()}`,
      () => this.#timed(place, handler),
    ])();
  }

  /** An ask against a timer that is cleared whatever comes. */
  #timed(place: Place, handler: string): string {
    const timer = this.#choices.name('t');
    const late = `new Promise((_, reject) => { ${timer} = setTimeout(() => reject(new Error('late')), 1e6); })`;
    const race = `log(await Promise.race([${late}, ask(${this.#expressions.expression(place, 1)})])); ${this.block(place, 2)}`;
    return `let ${timer}; try { ${race} } ${handler} finally { clearTimeout(${timer}); }`;
  }

  #switch(place: Place): string {
    const inner: Place = { ...place, isInLoop: false };
    const clause = (head: string): string =>
      `${head}: { ${this.block(inner, 2)} } ${this.#choices.chance(0.5) ? 'break;' : ''}`;
    const cases = [
      clause(`case 1 && ${this.#expressions.expression(place, 1)}`),
      clause('default'),
      clause('case 1'),
    ];
    return `switch (${this.#expressions.expression(place, 1)}) { ${cases.join(' ')} }`;
  }

  #jump(place: Place): string {
    const label = place.loops.length > 0 ? this.#choices.pick(place.loops) : undefined;
    const test = this.#expressions.pure(place);
    return this.#choices.pick([
      () => `if (${test}) throw new Error('t' + ${test});`,
      () => `if (!${test}) return ${this.#expressions.expression(place, 1)};`,
      () => (label === undefined ? ';' : `if (${test}) break ${label};`),
      () => (label === undefined ? ';' : `if (${test}) continue ${label};`),
      () => (place.isInLoop ? `if (${test}) ${this.#choices.chance(0.5) ? 'break' : 'continue'};` : ';'),
    ])();
  }
}
