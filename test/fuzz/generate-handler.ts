/** A source of choices that can be repeated from its seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Place {
  readonly variables: readonly string[];
  readonly constants: readonly string[];
  readonly functions: readonly string[];
  readonly loops: readonly string[];
  readonly depth: number;
  /** `break` and `continue` without a label have a target. */
  readonly isInLoop: boolean;
}

/** Writes a random handler over the supported grammar: every loop ends, every effect is logged. */
export function generateHandler(random: () => number): string {
  const writer = new HandlerWriter(random);
  const place: Place = {
    variables: [],
    constants: [],
    functions: [],
    loops: [],
    depth: 0,
    isInLoop: false,
  };
  const body = writer.block(place, 5);
  return `function* live(items) { try { yield* items; } finally { log('closed'); } }
const later = async (value) => { for (let turn = 0; turn < 9; turn++) await null; return value; };
const late = resumable(async (ms, value) => { const promise = new Promise((resolve, reject) => { setTimeout(() => { if (value) resolve(value); else reject(new Error('late')); }, ms).unref(); }); return await promise; });
const span = resumable(async (name, run) => { log('begin', name); try { return await run(name); } finally { log('end', name); } });
const retry = resumable(async (run) => { for (let attempt = 1; ; attempt++) { try { return await span(attempt, () => run(attempt)); } catch (error) { if (attempt > 1) throw error; log(error.message); } } });
const limit = resumable(async (promise) => await Promise.race([promise, late(1e6, 'late')]));
const helper = resumable(async (ask, n, x = 7) => { const kept = []; let budget = 4; const spend = () => budget-- > 0; ${writer.block({ ...place, variables: ['n', 'x'], depth: 2 }, 3)} });
class Base { label() { return 'base'; } async run(ask, n) { return [this.label(), await ask(['base', n])]; } static { resumable(this, 'run'); } }
class Service extends Base { #deep = 2; label() { return 'service'; } async run(ask, n) { const kept = []; let budget = 3; const spend = () => budget-- > 0; if (spend()) log(await super.run(ask, n), this.#deep, super.label(), this.label()); ${writer.block({ ...place, variables: ['n'], depth: 2 }, 2)} } static { resumable(this, 'run'); } }
const service = new Service();
const handler = resumable(async (ask) => { const kept = []; let budget = 12; const spend = () => budget-- > 0; ${body} log(kept.map((f) => f())); });`;
}

class HandlerWriter {
  readonly #random: () => number;
  #names = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  block(place: Place, size: number): string {
    let here = place;
    const lines: string[] = [];
    for (let line = 0; line < 1 + this.#below(size); line++) {
      const [text, next] = this.#statement(here);
      lines.push(text);
      here = next;
    }
    return lines.join(' ');
  }

  #statement(place: Place): [string, Place] {
    const expression = (): string => this.expression(place, 2);
    const deeper: Place = { ...place, depth: place.depth + 1 };
    const simple: (() => [string, Place])[] = [
      () => this.#declare(place, 'let', expression()),
      () => this.#declare(place, 'const', expression()),
      () => this.#function(place),
      () => this.#destructure(place),
      () => this.#pattern(place),
      () => this.#var(place),
      () => this.#accessors(place),
      () => this.#recursion(place),
      () => this.#readEarly(place),
      () => this.#object(place),
      () => this.#class(place),
      () => [this.#floating(place), place],
      () => [this.#constantWrite(place), place],
      () => [`log(${expression()});`, place],
      () => ['log(kept.map((f) => f()));', place],
      () => [`${this.#assign(place)};`, place],
      () => [this.#jump(place), place],
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
    if (place.depth > 3 || this.#random() < 0.6) return this.#pick(simple)();
    return [this.#pick(compound)(), place];
  }

  #declare(place: Place, kind: 'let' | 'const', value: string): [string, Place] {
    const isShadow = this.#random() < 0.1 && place.depth > 0;
    const name = isShadow ? `s${place.depth}_${this.#names++}` : this.#name('v');
    const text = `${kind} ${name} = ${value};`;
    if (kind === 'const') return [text, { ...place, constants: [...place.constants, name] }];
    return [text, { ...place, variables: [...place.variables, name] }];
  }

  #destructure(place: Place): [string, Place] {
    const [a, b, rest] = [this.#name('d'), this.#name('d'), this.#name('r')];
    const values = `[${this.expression(place, 1)}, undefined, ${this.expression(place, 1)}]`;
    const text = `let [${a}, ${b} = ${this.#pure(place)}, ...${rest}] = ${values};`;
    return [text, { ...place, variables: [...place.variables, a, b, rest] }];
  }

  /** Patterns that ask in their default values, keys and targets. */
  #pattern(place: Place): [string, Place] {
    const [a, b, rest, holder] = [this.#name('d'), this.#name('d'), this.#name('r'), this.#name('h')];
    const [fallback, key, value] = [
      this.expression(place, 2),
      this.expression(place, 1),
      this.expression(place, 1),
    ];
    const object = `{ k: ${this.#pure(place)}, deep: [${value}, undefined], other: ${this.#pure(place)} }`;
    const text = this.#pick([
      () => `let { k: ${a} = ${fallback}, deep: [, ${b} = ${key}], ...${rest} } = ${object};`,
      () => `let { [(${key}, 'k')]: ${a}, deep: [${b} = ${fallback}, ...${rest}] } = ${object};`,
      () =>
        `let [${a} = ${fallback}, [${b}] = [${key}], ...${rest}] = [undefined, ${this.#pure(place)} ? [${value}] : undefined, 4, 5];`,
      () =>
        `let ${a}, ${b}, ${rest}; const ${holder} = {}; [${a}, ${holder}[(${key}, 'k')] = ${fallback}, ...${rest}] = new Set([${value}]); ({ k: ${b} = ${fallback} } = ${holder});`,
      () =>
        `let ${a}, ${b}, ${rest} = []; for (const [x, y = ${fallback}] of [[${value}], [1, 2]]) { ${a} = x; ${b} = y; ${rest}.push(() => [x, y]); } ${rest} = ${rest}.map((f) => f());`,
    ])();
    return [text, { ...place, variables: [...place.variables, a, b, rest] }];
  }

  /** A variable of the whole function, shared by all turns of a loop. */
  #var(place: Place): [string, Place] {
    const name = this.#name('u');
    const value = this.expression(place, 2);
    return [
      `var ${name} = ${value}; kept.push(() => ${name});`,
      { ...place, variables: [...place.variables, name] },
    ];
  }

  /** An object with accessors, used before anything else is asked. */
  #accessors(place: Place): [string, Place] {
    const [result, parameter] = [this.#name('d'), this.#name('p')];
    const inner = this.#inside(place, parameter, 'this.n');
    const text = `let ${result}; { const object = { n: ${this.expression(place, 1)}, get next() { return [this.n, ${this.#pure(place)}]; }, set next(${parameter}) { ${this.#assign(inner, false)}; } }; object.next = ${this.#pure(place)}; ${result} = object.next; }`;
    return [text, { ...place, variables: [...place.variables, result] }];
  }

  /** A declared function that calls itself, or is called before its declaration. */
  #recursion(place: Place): [string, Place] {
    const name = this.#name('f');
    const step = this.#pure(place);
    const text = `log(${name}(2)); function ${name}(n) { return n > 0 ? [n, ${name}(n - 1)] : typeof n; } log(${name}(${step} ? 1 : 0));`;
    return [text, { ...place, functions: [...place.functions, name] }];
  }

  /** Functions that see a variable before and after its declaration has been evaluated. */
  #readEarly(place: Place): [string, Place] {
    const [name, read, write] = [this.#name('z'), this.#name('g'), this.#name('w')];
    const early = [...place.variables, name];
    const text = `const ${read} = () => { try { return ${name}; } catch (e) { return e instanceof ReferenceError ? e.message : e.name; } };
const ${write} = () => { try { ${this.#assign({ ...place, variables: early }, false)}; } catch (e) { log(e); } };
if (${this.#pure(place)}) ${write}(); log(${read}(), ${this.expression(place, 1)}); let ${name} = ${this.expression({ ...place, functions: [...place.functions, read] }, 2)}; ${write}();`;
    return [text, { ...place, variables: early, functions: [...place.functions, read] }];
  }

  #function(place: Place): [string, Place] {
    const name = this.#name('f');
    const isAsync = this.#random() < 0.6;
    const parameter = this.#name('p');
    const inner = this.#inside(place, parameter);
    const body = (): string => `${this.block(inner, 2)} return ${this.expression(inner, 1)};`;
    const text = isAsync
      ? this.#pick([
          () => `const ${name} = async (${parameter}) => { ${body()} };`,
          () => `async function ${name}(${parameter}) { ${body()} }`,
          () =>
            `const ${name} = async function own(${parameter}) { if (spend()) log(own.name, await own(0)); ${body()} };`,
          () =>
            `const ${name} = async function (${parameter}) { ${body().replace('return', `log(...arguments, typeof this); return`)} };`,
        ])()
      : `const ${name} = (${parameter}) => { ${this.#assign(inner, false)}; return ${this.#pure(inner)}; };`;
    return [text, { ...place, functions: [...place.functions, isAsync ? `await ${name}` : name] }];
  }

  #inside(place: Place, ...names: readonly string[]): Place {
    return { ...place, variables: [...place.variables, ...names], loops: [], isInLoop: false, depth: 4 };
  }

  /** Methods that use `this`, and an accessor-free object that is carried. */
  #object(place: Place): [string, Place] {
    const [name, parameter] = [this.#name('o'), this.#name('p')];
    const inner = this.#inside(place, parameter, 'this.n');
    const text = `const ${name} = { n: ${this.#pure(place)}, async ask(${parameter}) { ${this.block(inner, 2)} const more = async () => { this.n = ${this.expression(inner, 1)}; return this.n; }; return await more(); }, get(${parameter}) { ${this.#assign(inner, false)}; return this.n; } };`;
    const functions = [...place.functions, `await ${name}.ask`, `${name}.get`, `await ${name}['ask']`];
    return [text, { ...place, functions }];
  }

  /** A class that is used before anything is asked: neither it nor its objects can be carried. */
  #class(place: Place): [string, Place] {
    const [name, parameter, result] = [this.#name('C'), this.#name('p'), this.#name('d')];
    const inner = this.#inside(place, parameter, 'this.n');
    const text = `let ${result}; { class ${name} { n = ${this.#pure(place)}; #m = 1; static made = 0; constructor(${parameter}) { ${name}.made++; ${this.#assign(inner, false)}; } get m() { return [this.#m, ${name}.made, ${this.#pure(inner)}]; } *all() { yield this.m; yield* [${this.#pure(inner)}]; } } const made = new ${name}(${this.#pure(place)}); ${result} = [...made.all(), made.n, ${name}.name]; }`;
    return [text, { ...place, variables: [...place.variables, result] }];
  }

  /** A promise that nobody awaits, whose callback changes a variable. */
  #floating(place: Place): string {
    const [variable] = place.variables.slice(-1);
    if (variable === undefined || variable.includes('.')) return ';';
    const start = `later(${this.#pure(place)}).then((r) => { ${variable} = [r]; })`;
    return (
      this.#pick([() => `void ${start};`, () => `${start};`, () => `{ const kept = ${start}; }`])() +
      ` await ask('later');`
    );
  }

  #constantWrite(place: Place): string {
    const name = place.constants.at(-1);
    if (name === undefined) return ';';
    return `try { ${name} ${this.#pick(['=', '+=', '??='])} ${this.expression(place, 1)}; } catch (e) { log(e); }`;
  }

  #loop(place: Place): string {
    const label = this.#name('L');
    const name = this.#name('i');
    const inner: Place = {
      ...place,
      variables: [...place.variables, name],
      loops: [...place.loops, label],
      isInLoop: true,
    };
    const keep = this.#random() < 0.4 ? `kept.push(() => ${name});` : '';
    const body = `{ ${keep} ${this.block(inner, 3)} }`;
    const source = `[${this.expression(place, 1)}, ${this.expression(place, 1)}]`;
    return this.#pick([
      () => `${label}: for (let ${name} = 0; ${name} < 3 && budget-- > 0; ${name}++) ${body}`,
      () => `${label}: for (let ${name} of ${source}) ${body}`,
      () => `${label}: for (let ${name} in { a: 1, b: 2 }) ${body}`,
      () => `${label}: for (let ${name} of new Set([3, 4]).values()) ${body}`,
      () => this.#liveLoop(place, label, name),
      () => `${label}: for (let [${name}] of new Map([[1, 2], [3, 4]])) ${body}`,
      () => `let ${name} = 0; ${label}: while (budget-- > 0 && ${this.expression(place, 1)}) ${body}`,
      () => `let ${name} = 1; ${label}: do ${body} while (budget-- > 0 && ${this.expression(place, 1)})`,
    ])();
  }

  /** A loop over an iterator that is no data: it may await, and leave early, but not ask. */
  #liveLoop(place: Place, label: string, name: string): string {
    const outer =
      place.loops.length > 0 && place.isInLoop
        ? `if (${name} === 5) continue ${this.#pick(place.loops)};`
        : '';
    const leave = this.#pick(['break;', `break ${label};`, `throw new Error('live');`, 'continue;', outer]);
    const head = this.#pick(['for (', 'for await (']);
    return `${label}: ${head}const ${name} of live([4, 5, ${this.#pure(place)}])) { try { log(await ${name}); if (${this.#pure(place)}) { ${leave} } } finally { log(${this.#pure(place)}); } }`;
  }

  #try(place: Place): string {
    const error = this.#name('e');
    const block = (): string => `{ ${this.block(place, 3)} }`;
    const handler = `catch (${error}) { log('caught', ${error}); ${this.block(place, 2)} }`;
    return this.#pick([
      () => `try ${block()} ${handler}`,
      () => `try ${block()} finally ${block()}`,
      () => `try ${block()} ${handler} finally ${block()}`,
      () => this.#timed(place, handler),
    ])();
  }

  /** An ask against a timer that is cleared whatever comes. */
  #timed(place: Place, handler: string): string {
    const timer = this.#name('t');
    const late = `new Promise((_, reject) => { ${timer} = setTimeout(() => reject(new Error('late')), 1e6); })`;
    const race = `log(await Promise.race([${late}, ask(${this.expression(place, 1)})])); ${this.block(place, 2)}`;
    return `let ${timer}; try { ${race} } ${handler} finally { clearTimeout(${timer}); }`;
  }

  #switch(place: Place): string {
    const inner: Place = { ...place, isInLoop: false };
    const clause = (head: string): string =>
      `${head}: { ${this.block(inner, 2)} } ${this.#random() < 0.5 ? 'break;' : ''}`;
    const cases = [clause(`case 1 && ${this.expression(place, 1)}`), clause('default'), clause('case 1')];
    return `switch (${this.expression(place, 1)}) { ${cases.join(' ')} }`;
  }

  #jump(place: Place): string {
    const label = place.loops.length > 0 ? this.#pick(place.loops) : undefined;
    const test = this.#pure(place);
    return this.#pick([
      () => `if (${test}) throw new Error('t' + ${test});`,
      () => `if (!${test}) return ${this.expression(place, 1)};`,
      () => (label === undefined ? ';' : `if (${test}) break ${label};`),
      () => (label === undefined ? ';' : `if (${test}) continue ${label};`),
      () => (place.isInLoop ? `if (${test}) ${this.#random() < 0.5 ? 'break' : 'continue'};` : ';'),
    ])();
  }

  #assign(place: Place, mayAsk = true): string {
    if (place.variables.length === 0) return `log('nothing')`;
    const operator = this.#pick(['=', '+=', '??=', '&&=', '||=']);
    const target = this.#pick(place.variables);
    if (!mayAsk) return `${target} ${operator} ${this.#pure(place)}`;
    const value = this.expression(place, 2);
    return this.#pick([
      () => `${target} ${operator} ${value}`,
      () => `${target} += [(${target} = ${this.#pure(place)}), await ask(${value})]`,
      () => `({ k: ${this.#pure(place)} })[(log('key'), 'k')] ${operator} ${value}`,
      () => `[${target} = ${this.#pure(place)}] = [${value}]`,
    ])();
  }

  /** An expression without suspension points. */
  #pure(place: Place): string {
    const names = [...place.variables, ...place.constants];
    if (names.length > 0 && this.#random() < 0.7) return this.#pick(names);
    return this.#pick(['0', '1', `'s'`, 'true', 'null', 'undefined', '[1, 2]']);
  }

  expression(place: Place, depth: number): string {
    if (depth === 0 || this.#random() < 0.2) return this.#pure(place);
    const inner = (): string => this.expression(place, depth - 1);
    const call = (): string => {
      if (place.functions.length === 0) return `log(${inner()})`;
      const name = this.#pick(place.functions);
      return `(spend() ? (${name}(${inner()})) : 0)`;
    };
    return this.#pick([
      () => `(await ask(${inner()}))`,
      () => `(await ask('q' + ${inner()}))`,
      () => `(${inner()} + ${inner()})`,
      () => `(${inner()} ${this.#pick(['&&', '||', '??'])} ${inner()})`,
      () => `(${inner()} ? ${inner()} : ${inner()})`,
      () => `[${inner()}, ...[${inner()}], ${inner()}]`,
      () => `({ a: ${inner()}, [(${inner()}, 'k')]: ${inner()} })`,
      () => `\`\${${inner()}}-\${${inner()}}\``,
      () => `(log(${inner()}), ${inner()})`,
      () => `[${inner()}].concat(${inner()}, ${inner()})`,
      () => `(${this.#assign(place)})`,
      () => `(await Promise.all([ask(${this.#pure(place)}), ask(${this.#pure(place)})]))`,
      () => `(await Promise.allSettled([ask(${this.#pure(place)}), ${inner()}]))[0].status`,
      () =>
        `(await Promise.all([1, 2].map(async (x) => [x, await ask('m' + x), await ask([x, ${this.#pure(place)}])])))`,
      () => `(await Promise.race([ask(${inner()}), late(1e6, ${this.#pure(place)})]))`,
      () =>
        `(await Promise.race([new Promise((r) => setTimeout(r, 1, ${this.#pure(place)})), late(1e6, 0)]))`,
      () => `[...new Set([${inner()}, ${inner()}])]`,
      () => `new Array(${inner()}, ${inner()})`,
      () => `(spend() ? await span(${this.#pure(place)}, () => ask(${this.#pure(place)})) : 3)`,
      () => `(spend() ? await retry(async (n) => [n, await ask(n)]) : 4)`,
      () => `(spend() ? await limit(ask(${this.#pure(place)})) : 5)`,
      () => (place.depth < 2 ? `(spend() ? await service.run(ask, ${inner()}) : 2)` : inner()),
      () => (place.depth < 2 ? `(spend() ? await helper(ask, ${inner()}) : 1)` : inner()),
      () => `(await ${inner()})`,
      () => `(${inner()}?.at?.(await ask(${inner()})))`,
      () => `({ m(x) { return [x]; } }).m(${inner()})?.concat(${inner()})?.[(log('i'), ${inner()}, 0)]`,
      call,
    ])();
  }

  #name(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }
}
