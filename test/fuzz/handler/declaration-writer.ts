import type { Choices } from '../choices.ts';
import type { ExpressionWriter } from './expression-writer.ts';
import { insideFunction } from './place.ts';
import type { Place } from './place.ts';

/** Writes declarations of random handlers: of variables, patterns, functions, classes. */
export class DeclarationWriter {
  readonly #choices: Choices;
  readonly #expressions: ExpressionWriter;
  /** Statements, as the body of a function has them. */
  readonly #block: (place: Place, size: number) => string;

  constructor(
    choices: Choices,
    expressions: ExpressionWriter,
    block: (place: Place, size: number) => string,
  ) {
    this.#choices = choices;
    this.#expressions = expressions;
    this.#block = block;
  }

  /** A declaration, and the place behind it. */
  declaration(place: Place): [string, Place] {
    const value = (): string => this.#expressions.expression(place, 2);
    return this.#choices.pick([
      () => this.#declare(place, 'let', value()),
      () => this.#declare(place, 'const', value()),
      () => this.#function(place),
      () => this.#destructure(place),
      () => this.#pattern(place),
      () => this.#var(place),
      () => this.#accessors(place),
      () => this.#recursion(place),
      () => this.#readEarly(place),
      () => this.#object(place),
      () => this.#class(place),
      () => this.#remedy(place),
    ])();
  }

  #declare(place: Place, kind: 'let' | 'const', value: string): [string, Place] {
    const name = this.#choices.name('v');
    const text = `${kind} ${name} = ${value};`;
    if (kind === 'const') return [text, { ...place, constants: [...place.constants, name] }];
    return [text, { ...place, variables: [...place.variables, name] }];
  }

  #destructure(place: Place): [string, Place] {
    const [a, b, rest] = [this.#choices.name('d'), this.#choices.name('d'), this.#choices.name('r')];
    const values = `[${this.#expressions.expression(place, 1)}, undefined, ${this.#expressions.expression(place, 1)}]`;
    const text = `let [${a}, ${b} = ${this.#expressions.pure(place)}, ...${rest}] = ${values};`;
    return [text, { ...place, variables: [...place.variables, a, b, rest] }];
  }

  /** Patterns that ask in their default values, keys and targets. */
  #pattern(place: Place): [string, Place] {
    const [a, b, rest, holder] = [
      this.#choices.name('d'),
      this.#choices.name('d'),
      this.#choices.name('r'),
      this.#choices.name('h'),
    ];
    const [fallback, key, value] = [
      this.#expressions.expression(place, 2),
      this.#expressions.expression(place, 1),
      this.#expressions.expression(place, 1),
    ];
    const object = `{ k: ${this.#expressions.pure(place)}, deep: [${value}, undefined], other: ${this.#expressions.pure(place)} }`;
    const text = this.#choices.pick([
      () => `let { k: ${a} = ${fallback}, deep: [, ${b} = ${key}], ...${rest} } = ${object};`,
      () => `let { [(${key}, 'k')]: ${a}, deep: [${b} = ${fallback}, ...${rest}] } = ${object};`,
      () =>
        `let [${a} = ${fallback}, [${b}] = [${key}], ...${rest}] = [undefined, ${this.#expressions.pure(place)} ? [${value}] : undefined, 4, 5];`,
      () =>
        `let ${a}, ${b}, ${rest}; const ${holder} = {}; [${a}, ${holder}[(${key}, 'k')] = ${fallback}, ...${rest}] = new Set([${value}]); ({ k: ${b} = ${fallback} } = ${holder});`,
      () =>
        `let ${a}, ${b}, ${rest} = []; for (const [x, y = ${fallback}] of [[${value}], [1, 2]]) { ${a} = x; ${b} = y; ${rest}.push(() => [x, y]); } ${rest} = ${rest}.map((f) => f());`,
    ])();
    return [text, { ...place, variables: [...place.variables, a, b, rest] }];
  }

  /** A variable of the whole function, shared by all turns of a loop. */
  #var(place: Place): [string, Place] {
    const name = this.#choices.name('u');
    const value = this.#expressions.expression(place, 2);
    return [
      `var ${name} = ${value}; kept.push(() => ${name});`,
      { ...place, variables: [...place.variables, name] },
    ];
  }

  /** An object with accessors, used before anything else is asked. */
  #accessors(place: Place): [string, Place] {
    const [result, parameter] = [this.#choices.name('d'), this.#choices.name('p')];
    const inner = insideFunction(place, parameter, 'this.n');
    const text = `let ${result}; { const object = { n: ${this.#expressions.expression(place, 1)}, get next() { return [this.n, ${this.#expressions.pure(place)}]; }, set next(${parameter}) { ${this.#expressions.assign(inner, false)}; } }; object.next = ${this.#expressions.pure(place)}; ${result} = object.next; }`;
    return [text, { ...place, variables: [...place.variables, result] }];
  }

  /** A declared function that calls itself, or is called before its declaration. */
  #recursion(place: Place): [string, Place] {
    const name = this.#choices.name('f');
    const step = this.#expressions.pure(place);
    const text = `log(${name}(2)); function ${name}(n) { return n > 0 ? [n, ${name}(n - 1)] : typeof n; } log(${name}(${step} ? 1 : 0));`;
    return [text, { ...place, functions: [...place.functions, name] }];
  }

  /** Functions that see a variable before and after its declaration has been evaluated. */
  #readEarly(place: Place): [string, Place] {
    const [name, read, write] = [this.#choices.name('z'), this.#choices.name('g'), this.#choices.name('w')];
    const early = [...place.variables, name];
    const text = `const ${read} = () => { try { return ${name}; } catch (e) { return e instanceof ReferenceError ? e.message : e.name; } };
const ${write} = () => { try { ${this.#expressions.assign({ ...place, variables: early }, false)}; } catch (e) { log(e); } };
if (${this.#expressions.pure(place)}) ${write}(); log(${read}(), ${this.#expressions.expression(place, 1)}); let ${name} = ${this.#expressions.expression({ ...place, functions: [...place.functions, read] }, 2)}; ${write}();`;
    return [text, { ...place, variables: early, functions: [...place.functions, read] }];
  }

  #function(place: Place): [string, Place] {
    const name = this.#choices.name('f');
    const isAsync = this.#choices.chance(0.6);
    const parameter = this.#choices.name('p');
    const inner = insideFunction(place, parameter);
    const body = (last = ''): string =>
      `${this.#block(inner, 2)} ${last}return ${this.#expressions.expression(inner, 1)};`;
    const text = isAsync
      ? this.#choices.pick([
          () => `const ${name} = async (${parameter}) => { ${body()} };`,
          () => `async function ${name}(${parameter}) { ${body()} }`,
          () =>
            `const ${name} = async function own(${parameter}) { if (spend()) log(own.name, await own(0)); ${body()} };`,
          () =>
            `const ${name} = async function (${parameter}) { ${body('log(...arguments, typeof this); ')} };`,
        ])()
      : `const ${name} = (${parameter}) => { ${this.#expressions.assign(inner, false)}; return ${this.#expressions.pure(inner)}; };`;
    return [text, { ...place, functions: [...place.functions, isAsync ? `await ${name}` : name] }];
  }

  /** Methods that use `this`, and an accessor-free object that is carried. */
  #object(place: Place): [string, Place] {
    const [name, parameter] = [this.#choices.name('o'), this.#choices.name('p')];
    const inner = insideFunction(place, parameter, 'this.n');
    const text = `const ${name} = { n: ${this.#expressions.pure(place)}, async ask(${parameter}) { ${this.#block(inner, 2)} const more = async () => { this.n = ${this.#expressions.expression(inner, 1)}; return this.n; }; return await more(); }, get(${parameter}) { ${this.#expressions.assign(inner, false)}; return this.n; } };`;
    const functions = [...place.functions, `await ${name}.ask`, `${name}.get`, `await ${name}['ask']`];
    return [text, { ...place, functions }];
  }

  /** A class that is used before anything is asked: neither it nor its objects can be carried. */
  #class(place: Place): [string, Place] {
    const [name, parameter, result] = [
      this.#choices.name('C'),
      this.#choices.name('p'),
      this.#choices.name('d'),
    ];
    const inner = insideFunction(place, parameter, 'this.n');
    const text = `let ${result}; { class ${name} { n = ${this.#expressions.pure(place)}; #m = 1; static made = 0; constructor(${parameter}) { ${name}.made++; ${this.#expressions.assign(inner, false)}; } get m() { return [this.#m, ${name}.made, ${this.#expressions.pure(inner)}]; } *all() { yield this.m; yield* [${this.#expressions.pure(inner)}]; } } const made = new ${name}(${this.#expressions.pure(place)}); ${result} = [...made.all(), made.n, ${name}.name]; }`;
    return [text, { ...place, variables: [...place.variables, result] }];
  }

  /** What is no data and goes over an ask all the same: made again from a constant, or given up and filled again. */
  #remedy(place: Place): [string, Place] {
    const [source, kept, read] = [this.#choices.name('v'), this.#choices.name('m'), this.#choices.name('g')];
    const [value, asked] = [this.#expressions.expression(place, 1), this.#expressions.expression(place, 2)];
    const [make, use, isAsync = false] = this.#choices.pick<readonly [string, string, boolean?]>([
      [`rematerialize(() => new Map([[1, ${source}]]))`, `${kept}.value.get(1)`],
      [`rematerialize(() => ({ get: (x) => [x, ${source}] }))`, `${kept}.value.get(2)`],
      [
        `rematerialize(() => { if (${source}) throw new Error('made'); return [${source}]; })`,
        `${kept}.value`,
      ],
      [`rematerialize(async () => [await later(${source})])`, `await ${kept}.value`, true],
      [`transient(new Set([${source}]))`, `[...(${kept}.value ??= new Set([${source}]))]`],
    ]);
    const text = `const ${source} = ${value}; const ${kept} = ${make}; const ${read} = ${isAsync ? 'async ' : ''}(x) => [x, ${use}]; try { log(${use}, ${asked}, ${use}); } catch (e) { log(e); }`;
    return [text, { ...place, functions: [...place.functions, isAsync ? `await ${read}` : read] }];
  }
}
