/** A mistake that the engine could make, as a change of one place in its sources. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Each of these must be found by the random handlers; what is not found says what the generator does not reach. */
export const mutants: readonly Mutant[] = [
  {
    name: 'operands in front of an await are evaluated after it',
    file: 'engine/compiled/lower-operands.ts',
    find: 'else if (!isStable(lowering, inner)) {',
    replace: 'else if (ts.isSpreadElement(inner)) {',
  },
  {
    name: 'a compound assignment reads its target after the right side',
    file: 'engine/compiled/lower-assignment.ts',
    find: 'containsAwait(node.right) ? spill(lowering, target) : target',
    replace: 'target',
  },
  {
    name: 'variables that only a handler needs are not carried',
    file: 'engine/compiled/compute-machine-liveness.ts',
    find: 'if (block.handler !== undefined) addAll(live, liveIn.get(block.handler));',
    replace: '',
  },
  {
    name: 'temporaries are not carried',
    file: 'engine/compiled/compute-machine-liveness.ts',
    find: 'if (!writes.has(variable)) reads.add',
    replace: "if (!writes.has(variable) && !variable.name.startsWith('$t')) reads.add",
  },
  {
    name: 'carried variables change places',
    file: 'engine/compiled/emit-machine.ts',
    find: 'joinCode(carried.map(define)',
    replace: 'joinCode(carried.toReversed().map(define)',
  },
  {
    name: 'a return does not run finally',
    file: 'engine/compiled/jumps.ts',
    find: "if (scope.kind === 'finally') {",
    replace:
      "if (scope.kind === 'finally' && jump.kind === 'return') continue;\n    if (scope.kind === 'finally') {",
  },
  {
    name: 'continue leaves the loop',
    file: 'engine/compiled/jumps.ts',
    find: "jump.kind === 'break' ? target.breakTo : target.continueTo",
    replace: 'target.breakTo',
  },
  {
    name: 'an exception ends in finally',
    file: 'engine/compiled/lower-try.ts',
    find: "when(THROW, () => graph.end({ kind: 'throw', value }));",
    replace: '',
  },
  {
    name: 'exceptions of a catch clause go back to it',
    file: 'engine/compiled/lower-try.ts',
    find: '  graph.handler = outer;\n  graph.enter(handler);\n  openScope',
    replace: '  graph.enter(handler);\n  openScope',
  },
  {
    name: 'switch clauses do not fall through',
    file: 'engine/compiled/lower-switch.ts',
    find: 'for (const statement of clause.statements) lowering.lowerStatement(statement);',
    replace:
      "for (const statement of clause.statements) lowering.lowerStatement(statement);\n    graph.end({ kind: 'goto', to: after });",
  },
  {
    name: '?? does not look for null',
    file: 'engine/compiled/branch.ts',
    find: '${left} === undefined || ${left} === null',
    replace: '${left} === undefined',
  },
  {
    name: 'shared variables that change are copied',
    file: 'engine/compiled/resolve-bindings.ts',
    find: 'binding.isReassigned || [...closures]',
    replace: '[...closures]',
  },
  {
    name: 'the turns of a loop share its variable',
    file: 'engine/compiled/lower-loop.ts',
    find: '  renewBoxes(lowering, node);\n  if (node.incrementor',
    replace: '  if (node.incrementor',
  },
  {
    name: 'nobody asks whether a variable is initialized',
    file: 'engine/compiled/resolve-bindings.ts',
    find: 'binding.isReadEarly = true;',
    replace: 'binding.isReadEarly = false;',
  },
  {
    name: 'the hash depends on formatting',
    file: 'engine/compiled/hash-structure.ts',
    find: 'if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)',
    replace: 'if (ts.isIdentifier(node)) return [node.getFullText()];\n  if (ts.isStringLiteralLike(node)',
  },
  {
    name: 'constants can be written',
    file: 'runtime/resumable/closure.ts',
    find: "throw new TypeError('Assignment to constant variable.');",
    replace: '',
  },
  {
    name: 'the iteration of a map begins again',
    file: 'runtime/resumable/cursor.ts',
    find: 'if (source instanceof Map || source instanceof Set) this.#iterator = skip(viewOf(source, view), position);',
    replace: 'if (source instanceof Map || source instanceof Set) this.#iterator = viewOf(source, view);',
  },
  {
    name: 'Promise.all goes on with the first answer',
    file: 'runtime/resumable/join-tasks.ts',
    find: 'if (outcomes.some((outcome) => outcome === undefined)) return;',
    replace: 'if (outcomes.every((outcome) => outcome === undefined)) return;',
  },
  {
    name: 'what the client throws is returned',
    file: 'runtime/resumable/task.ts',
    find: '  throw outcome.error;',
    replace: '  return outcome.error;',
  },
  {
    name: 'promises in flight are forgotten',
    file: 'runtime/resumable/flow.ts',
    find: 'this.#floating.add({ promise: value, origin });',
    replace: '',
  },
  {
    name: 'changes made while a round waits for promises are lost',
    file: 'runtime/resumable/flow.ts',
    find: 'if (!this.#floating.isEmpty) {',
    replace:
      'if (!this.#floating.isEmpty) {\n        const encode = () => ({ state, carried });\n        this.#encode = encode;',
  },
  {
    name: 'a race has no value',
    file: 'runtime/resumable/join-tasks.ts',
    find: 'if (race.outcome === undefined) flow.answer(race, outcome);',
    replace: 'if (race.outcome === undefined) flow.answer(race, { ok: true, value: undefined });',
  },
  {
    name: 'super is called without this',
    file: 'engine/compiled/lower-call.ts',
    find: 'const self = printName(node, lowering.print);',
    replace: 'const self = code`undefined`;',
  },
  {
    name: 'timers that are due are called again',
    file: 'runtime/resumable/timer.ts',
    find: '    const due = timers.filter(({ data }) => data.due <= now);',
    replace: '    const due = timers;',
  },
  {
    name: 'a default value in a pattern stands in for null alone',
    file: 'engine/compiled/lower-pattern.ts',
    find: 'code`${use(value)} === undefined`',
    replace: 'code`${use(value)} === null`',
  },
  {
    name: 'the rest of a pattern begins again',
    file: 'runtime/resumable/closure.ts',
    find: 'while (cursor?.next() === true) values.push(cursor.value);',
    replace: 'if (cursor !== undefined) values.push(cursor.value);',
  },
  {
    name: 'the rest of an object has all of it',
    file: 'runtime/resumable/closure.ts',
    find: 'if (names.has(key)) continue;',
    replace: '',
  },
  {
    name: 'a var of a loop is another one in each turn',
    file: 'engine/compiled/resolve-bindings.ts',
    find: 'isFunction || (isVar(declaration) && isInLoop(declaration, owner))',
    replace: 'isFunction',
  },
  {
    name: 'a declared function does not see itself',
    file: 'engine/compiled/compile-unit.ts',
    find: 'const isOwn = ({ scope }: Binding): boolean => isInside(scope, new Set([owner]));',
    replace: 'const isOwn = ({ declaration }: Binding): boolean => isInside(declaration, new Set([owner]));',
  },
  {
    name: 'accessors have no this',
    file: 'engine/compiled/print-accessors.ts',
    find: '], this, `',
    replace: '], undefined, `',
  },
  {
    name: 'what is to be made again is given up',
    file: 'runtime/remedies.ts',
    find: 'packed.length === 0 ? transient() : rematerialize(make as () => unknown)',
    replace: 'transient()',
  },
];
