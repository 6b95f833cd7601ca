/** Adds https://standardschema.dev to a check or a parser: what other libraries take as a schema. */
const withStandard = (face, validate) =>
  Object.assign(face, { '~standard': { version: 1, vendor: 'mrtr', validate } });

/** A check says only that a value is wrong; a parser says why. */
const checkOf = (name, check) =>
  withStandard(check, (value) =>
    check(value) ? { value } : { issues: [{ message: `expected ${name}`, path: [] }] },
  );
