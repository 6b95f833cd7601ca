import { fromJsonSchema } from '@modelcontextprotocol/server';

import { RequestStateError } from './request-state-error.ts';

type JsonSchema = Parameters<typeof fromJsonSchema>[0];

/** As many forms as most servers have; a form made anew for every user pushes out the one used longest ago. */
const CAPACITY = 256;

/** Validators of requested schemas. Compiling one takes the SDK's validator a hundred times as long as using it. */
export class FormValidators {
  readonly #compiled = new Map<string, ReturnType<typeof fromJsonSchema>>();

  /**
   * What is wrong with `content`, in the words of the SDK's default JSON Schema validator; undefined when nothing is.
   * @throws {RequestStateError} when that validator is asynchronous, which `elicitInput` cannot have used.
   */
  mismatch(schema: object, content: unknown): string | undefined {
    const result = this.#validator(schema)['~standard'].validate(content);
    if (result instanceof Promise) throw new RequestStateError('the JSON Schema validator is asynchronous');
    return result.issues?.[0]?.message;
  }

  #validator(schema: object): ReturnType<typeof fromJsonSchema> {
    const key = JSON.stringify(schema);
    const known = this.#compiled.get(key);
    const validator = known ?? fromJsonSchema(schema as JsonSchema);
    // A Map keeps the order of insertion: the first key is the one used longest ago.
    this.#compiled.delete(key);
    this.#compiled.set(key, validator);
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size > CAPACITY && oldest !== undefined) this.#compiled.delete(oldest);
    return validator;
  }
}
