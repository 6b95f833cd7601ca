export type Mutation = 'removed' | 'wrong type' | 'null' | 'other text';

export interface Mutant {
  readonly kind: Mutation;
  readonly pointer: string;
  readonly value: unknown;
}

/** Every value that differs from `value` in one place: a property gone, or replaced by something of another kind. */
export function* mutantsOf(value: unknown): Generator<Mutant> {
  for (const { parent, key, pointer } of places(value)) {
    const old = parent[key];
    if (!Array.isArray(parent)) yield { kind: 'removed', pointer, value: without(value, pointer) };
    yield { kind: 'wrong type', pointer, value: replaced(value, pointer, typeof old === 'number' ? [] : 42) };
    yield { kind: 'null', pointer, value: replaced(value, pointer, null) };
    if (typeof old === 'string')
      yield { kind: 'other text', pointer, value: replaced(value, pointer, `${old}-other`) };
  }
}

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
  readonly pointer: string;
}

function* places(value: unknown, pointer = ''): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    const parent = value as Record<string, unknown>;
    const here = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    yield { parent, key, pointer: here };
    yield* places(parent[key], here);
  }
}

function edit(
  root: unknown,
  pointer: string,
  change: (parent: Record<string, unknown>, key: string) => void,
): unknown {
  const copy = structuredClone(root);
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  const parent = keys.reduce(
    (node, key) => node[key] as Record<string, unknown>,
    copy as Record<string, unknown>,
  );
  change(parent, last);
  return copy;
}

function without(root: unknown, pointer: string): unknown {
  return edit(root, pointer, (parent, key) => {
    delete parent[key];
  });
}

function replaced(root: unknown, pointer: string, by: unknown): unknown {
  return edit(root, pointer, (parent, key) => {
    parent[key] = by;
  });
}
