import {
  ProtocolError,
  ProtocolErrorCode,
  type CreateMessageResult,
  type CreateMessageResultWithTools,
  type ElicitResult,
  type InputRequest,
  type ListRootsResult,
  type ServerContext,
} from '@modelcontextprotocol/server';

import type { Question } from './envelope.ts';
import { FormValidators } from './form-validators.ts';
import { bindingOf, findBinding, questionOf } from './request-binding.ts';
import { RequestStateError } from './request-state-error.ts';

const validators = new FormValidators();
const ACTIONS: ReadonlySet<unknown> = new Set(['accept', 'decline', 'cancel']);

/**
 * The answer to the elicitation asked under `key`.
 * @throws {ProtocolError} -32602 with the text of the SDK's `elicitInput` when accepted content does not match the
 *   requested schema. As there, an answer without content is not validated.
 */
export function elicitResult(ctx: ServerContext, key: string): ElicitResult;
/** The guard form: the answer to `request`, or undefined while the client has not given a well-formed one. */
export function elicitResult(
  ctx: ServerContext,
  key: string,
  request: InputRequest,
): ElicitResult | undefined;
export function elicitResult(
  ctx: ServerContext,
  key: string,
  request?: InputRequest,
): ElicitResult | undefined {
  const found = findAnswer(ctx, key, request);
  if (found === undefined) return undefined;
  const result = found.answer as ElicitResult;
  const mismatch = schemaMismatch(found.question, result);
  if (mismatch === undefined) return result;
  throw new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `Elicitation response content does not match requested schema: ${mismatch}`,
  );
}

/** The completion sampled under `key`. */
export function samplingResult(ctx: ServerContext, key: string): CreateMessageResult;
/** The guard form: undefined while the client has not answered. */
export function samplingResult(
  ctx: ServerContext,
  key: string,
  request: InputRequest,
): CreateMessageResult | undefined;
export function samplingResult(
  ctx: ServerContext,
  key: string,
  request?: InputRequest,
): CreateMessageResult | undefined {
  return findAnswer(ctx, key, request)?.answer as CreateMessageResult | undefined;
}

/** The completion sampled under `key` with `tools` or `toolChoice`: the model may have used tools instead. */
export function samplingResultWithTools(ctx: ServerContext, key: string): CreateMessageResultWithTools;
/** The guard form: undefined while the client has not answered. */
export function samplingResultWithTools(
  ctx: ServerContext,
  key: string,
  request: InputRequest,
): CreateMessageResultWithTools | undefined;
export function samplingResultWithTools(
  ctx: ServerContext,
  key: string,
  request?: InputRequest,
): CreateMessageResultWithTools | undefined {
  return findAnswer(ctx, key, request)?.answer as CreateMessageResultWithTools | undefined;
}

/** The roots listed under `key`. */
export function rootsResult(ctx: ServerContext, key: string): ListRootsResult;
/** The guard form: undefined while the client has not answered. */
export function rootsResult(
  ctx: ServerContext,
  key: string,
  request: InputRequest,
): ListRootsResult | undefined;
export function rootsResult(
  ctx: ServerContext,
  key: string,
  request?: InputRequest,
): ListRootsResult | undefined {
  return findAnswer(ctx, key, request)?.answer as ListRootsResult | undefined;
}

function findAnswer(
  ctx: ServerContext,
  key: string,
  request: InputRequest | undefined,
): { readonly answer: unknown; readonly question: Question } | undefined {
  if (request !== undefined) {
    const binding = findBinding(ctx);
    const answers = binding?.answers ?? ctx.mcpReq.inputResponses ?? {};
    const answer = Object.hasOwn(answers, key) ? answers[key] : undefined;
    const question = questionOf(request);
    return isUsable(question, answer, binding?.reasksInvalid === true) ? { answer, question } : undefined;
  }
  const { answers, opened } = bindingOf(ctx);
  const question =
    opened !== undefined && Object.hasOwn(opened.questions, key) ? opened.questions[key] : undefined;
  if (question === undefined)
    throw new RequestStateError(`nothing was asked under the key "${key}" in the round before`);
  return { answer: answers[key], question };
}

/** Whether a response answers the question, or is to be asked for again. */
export function isUsable(question: Question, response: unknown, reasksInvalid: boolean): boolean {
  if (!isWellFormed(question, response)) return false;
  return !reasksInvalid || schemaMismatch(question, response) === undefined;
}

/** Whether a response has the shape of a result of the method asked (specification, ElicitResult and its siblings). */
export function isWellFormed({ request }: Question, response: unknown): boolean {
  if (!isObject(response)) return false;
  switch (request.method) {
    case 'elicitation/create':
      return (
        ACTIONS.has(response['action']) &&
        (response['content'] === undefined || isObject(response['content']))
      );
    case 'sampling/createMessage':
      return (
        typeof response['role'] === 'string' &&
        typeof response['model'] === 'string' &&
        isContent(response['content'])
      );
    case 'roots/list':
      return (
        Array.isArray(response['roots']) &&
        response['roots'].every((root) => isObject(root) && typeof root['uri'] === 'string')
      );
    default:
      return false;
  }
}

function isContent(content: unknown): boolean {
  return Array.isArray(content) ? content.every(isObject) : isObject(content);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with accepted content, in the words of the SDK's default JSON Schema validator. */
function schemaMismatch({ request, unvalidated }: Question, answer: unknown): string | undefined {
  if (unvalidated || request.method !== 'elicitation/create') return undefined;
  const { action, content } = answer as ElicitResult;
  const schema = 'requestedSchema' in request.params ? request.params.requestedSchema : undefined;
  if (action !== 'accept' || content === undefined || schema === undefined) return undefined;
  return validators.mismatch(schema, content);
}
