import { inspect, type InspectOptions } from 'node:util';

import { parse } from 'devalue';

import { CLASS_TAG, createValueEncoder } from '../../runtime/encode-values.ts';
import { parsePlainBody } from '../../runtime/resumable/continuation-text.ts';
import { unpackPlainly, type PackedTask } from '../../runtime/resumable/pack-task.ts';
import type { ValueClass } from '../../runtime/value-class.ts';

/** A value of a class, or of compiled code, that only the server itself can rebuild. */
export class Tagged {
  readonly tag: string;
  readonly data: unknown;

  constructor(tag: string, data: unknown) {
    this.tag = tag;
    this.data = data;
  }

  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `<${this.tag}> ${inspect(this.data, options)}`;
  }
}

/** What `parse` of devalue restores without help. */
const BUILT_IN =
  /^(Date|Set|Map|RegExp|Object|BigInt|null|URL|URLSearchParams|ArrayBuffer|DataView|\w+Array|Temporal\.\w+)$/;

/** Reads the values of a state without the classes that they belong to. */
export function decodeValues(text: string): unknown {
  const classes: Record<string, ValueClass> = {};
  for (const tag of text.startsWith('[') ? tagsOf(text) : []) {
    if (!tag.startsWith(CLASS_TAG)) continue;
    const name = tag.slice(CLASS_TAG.length);
    classes[name] = { type: Tagged, toData: (value) => value, fromData: (data) => new Tagged(name, data) };
  }
  return createValueEncoder(classes).decode(text);
}

/** Reads the open tasks of a continuation of compiled code without that code; what the request brings stays a name. */
export function decodeTasks(body: string): readonly PackedTask[] {
  const plain = parsePlainBody(body) as PackedTask[] | undefined;
  if (plain !== undefined)
    return plain.map((task) => unpackPlainly(task, (name) => new Tagged('Anchor', name)));
  const tags = [...tagsOf(body)].filter((tag) => !BUILT_IN.test(tag));
  const revivers = tags.map((tag) => [tag, (data: unknown) => new Tagged(tag, data)] as const);
  return parse(body, Object.fromEntries(revivers)) as PackedTask[];
}

/** Devalue writes what is not an array of references as an array that begins with the name of its type. */
function tagsOf(text: string): ReadonlySet<string> {
  const entries: unknown = JSON.parse(text);
  const heads = (Array.isArray(entries) ? entries : []).map((entry: unknown): unknown =>
    Array.isArray(entry) ? entry[0] : undefined,
  );
  return new Set(heads.filter((head) => typeof head === 'string'));
}
