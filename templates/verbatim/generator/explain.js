let definitions;

/** Parsed when the first value is wrong: importing the module should not take that long. */
const definitionOf = (name) => (definitions ??= JSON.parse(schemas()))[name];

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

const typeNames = (schema) => (schema.type === undefined ? [] : [schema.type].flat());

const typeTests = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: (value) => Array.isArray(value),
  object: isObject,
};

const show = (value) => {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string')
    return value.length > 40 ? `"${value.slice(0, 40)}…"` : JSON.stringify(value);
  return String(value);
};

const withArticle = (type) => (type === 'null' ? type : `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`);
const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;
const listed = (words) => [...new Set(words)].join(' or ');
const step = (pointer, key) => `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Why `value` is not what `schema` says: the slow twin of the checks above, which runs only after one of them failed. */
function explain(schema, value, pointer) {
  if (schema === true) return [];
  const wrong = (expected) => [{ pointer, expected, found: show(value) }];
  if (schema === false) return wrong('nothing here');
  if (schema.$ref !== undefined) return explain(definitionOf(schema.$ref), value, pointer);
  const types = typeNames(schema);
  if (types.length > 0 && !types.some((type) => typeTests[type](value)))
    return wrong(schema.const === undefined ? listed(types.map(withArticle)) : JSON.stringify(schema.const));
  if (schema.const !== undefined && value !== schema.const) return wrong(JSON.stringify(schema.const));
  if (schema.enum && !schema.enum.includes(value))
    return wrong(listed(schema.enum.map((one) => JSON.stringify(one))));
  const errors = [...explainRange(schema, value, wrong)];
  if (isObject(value)) errors.push(...explainObject(schema, value, pointer));
  if (Array.isArray(value) && schema.items !== undefined)
    value.forEach((item, index) => errors.push(...explain(schema.items, item, step(pointer, index))));
  for (const part of schema.allOf ?? []) errors.push(...explain(part, value, pointer));
  // Forms tell constants apart with `oneOf`, which can then be read as `anyOf`.
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) errors.push(...explainUnion(branches, value, pointer));
  return errors;
}

function* explainRange(schema, value, wrong) {
  if (typeof value === 'number') {
    if (value < schema.minimum) yield* wrong(`at least ${schema.minimum}`);
    if (value > schema.maximum) yield* wrong(`at most ${schema.maximum}`);
    if (value <= schema.exclusiveMinimum) yield* wrong(`more than ${schema.exclusiveMinimum}`);
    if (value >= schema.exclusiveMaximum) yield* wrong(`less than ${schema.exclusiveMaximum}`);
  }
  if (Array.isArray(value)) {
    if (value.length < schema.minItems) yield* wrong(`at least ${counted(schema.minItems, 'item')}`);
    if (value.length > schema.maxItems) yield* wrong(`at most ${counted(schema.maxItems, 'item')}`);
  }
  if (typeof value !== 'string') return;
  if (schema.minLength !== undefined && [...value].length < schema.minLength)
    yield* wrong(`at least ${counted(schema.minLength, 'character')}`);
  if (schema.maxLength !== undefined && [...value].length > schema.maxLength)
    yield* wrong(`at most ${counted(schema.maxLength, 'character')}`);
  if (schema.format !== undefined && formats[schema.format]?.test(value) === false)
    yield* wrong(`text of the format ${schema.format}`);
}

function* explainObject(schema, value, pointer) {
  const properties = schema.properties ?? {};
  for (const name of schema.required ?? []) {
    if (value[name] === undefined)
      yield {
        pointer: step(pointer, name),
        expected: expectedOf(properties[name] ?? true),
        found: 'nothing',
      };
  }
  for (const [name, part] of Object.entries(properties))
    if (value[name] !== undefined) yield* explain(part, value[name], step(pointer, name));
  const rest = schema.additionalProperties;
  if (rest === undefined || rest === true) return;
  for (const name in value)
    if (!Object.hasOwn(properties, name)) yield* explain(rest, value[name], step(pointer, name));
}

const expectedOf = (schema) => explain(schema, undefined, '')[0]?.expected ?? 'a value';

const NEITHER = 'neither';

const demandsOneKey = (branch) => branch.required?.length === 1 && Object.keys(branch).length === 1;

function explainMissingKeys(branches, value, pointer) {
  const names = branches.flatMap((branch) => branch.required);
  if (!isObject(value) || names.some((name) => value[name] !== undefined)) return [];
  return [{ pointer, expected: listed(names.map((name) => JSON.stringify(name))), found: NEITHER }];
}

/** The errors of the branch that was probably meant: the one whose marks (type, constants) fit, and then the deepest. */
function explainUnion(branches, value, pointer) {
  if (branches.every(demandsOneKey)) return explainMissingKeys(branches, value, pointer);
  const attempts = branches.map((branch) => explain(branch, value, pointer));
  if (attempts.some((errors) => errors.length === 0)) return [];
  const depth = (errors) => Math.max(...errors.map((error) => error.pointer.split('/').length));
  const isMark = (error) =>
    (error.pointer === pointer && error.found !== NEITHER) ||
    (error.expected.startsWith('"') && !error.pointer.slice(pointer.length + 1).includes('/'));
  const meant = attempts.filter((errors) => !errors.some(isMark));
  if (meant.length > 0) return meant.reduce((best, next) => (depth(next) > depth(best) ? next : best));
  const marks = attempts.map((errors) => errors.find(isMark));
  const [first] = marks;
  if (marks.every((mark) => mark.pointer === first.pointer))
    return [{ ...first, expected: listed(marks.map((mark) => mark.expected)) }];
  return attempts.reduce((best, next) => (next.length < best.length ? next : best));
}

/** A parser of what satisfies the schema that `schemaOf` gives. */
function parserOf(schemaOf, check, defaults) {
  const parse = (value) =>
    check(value)
      ? { ok: true, value: defaults ? complete(value, defaults) : value }
      : { ok: false, errors: explain(schemaOf(), value, '') };
  return withStandard(parse, (value) => {
    const parsed = parse(value);
    return parsed.ok ? { value: parsed.value } : { issues: parsed.errors.map(toIssue) };
  });
}

const toIssue = ({ pointer, expected, found }) => ({
  message: `expected ${expected}, found ${found}`,
  path: pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')),
});

/** What an older server leaves out of a result that completes a request; never changes `value` itself. */
const complete = (value, defaults) =>
  value.resultType === 'input_required' || Object.keys(defaults).every((key) => value[key] !== undefined)
    ? value
    : { ...defaults, ...value };
