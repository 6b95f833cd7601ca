import { DevalueError } from 'devalue';

/** What can be done about any value that is not data. */
export const REMEDIES =
  'make it again after the ask (`rematerialize`), give it up (`transient`), or keep it where the server is created';

/** What is wrong with the value that the encoder stopped at, and what its author can do. */
export function whyNotCarried(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof DevalueError)) return message;
  const value: unknown = error.value;
  if (typeof value === 'function') return whyNoFunction(value.name, String(value).startsWith('class'));
  if (typeof value === 'symbol')
    return `a symbol; keep it where the server is created, or use a string in its place.`;
  if (typeof value !== 'object' || value === null) return message;
  if (value instanceof Promise) return 'a promise; await it before the ask.';
  const type = typeNameOf(value);
  if (/^(?:Async)?(?:Generator|.*Iterator)$/.test(type))
    return `an open ${type}; copy what is left of it into an array before the ask.`;
  return `an instance of ${type}; ${REMEDIES}, or register its class (\`classes\` of createRequestState).`;
}

function whyNoFunction(name: string, isClass: boolean): string {
  const shown = name === '' ? 'without a name' : name;
  return isClass
    ? `the class ${shown}; make it where the server is created.`
    : `the function ${shown}; call it before the ask, write it in the resumable function, or give it a name outside of it.`;
}

/** The name of its class; built-in objects without one have a tag. */
function typeNameOf(value: object): string {
  for (let at: unknown = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    const tag: unknown = Object.getOwnPropertyDescriptor(at, Symbol.toStringTag)?.value;
    if (typeof tag === 'string' && tag !== '') return tag;
    const type: unknown = Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
    const name: unknown =
      typeof type === 'function' ? Object.getOwnPropertyDescriptor(type, 'name')?.value : undefined;
    if (typeof name === 'string' && name !== '') return name;
  }
  return 'a class';
}
