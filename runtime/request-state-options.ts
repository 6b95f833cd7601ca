import type { ServerContext } from '@modelcontextprotocol/server';

import { withSdkErrors } from './sdk-errors.ts';
import type { ValueClasses } from './value-class.ts';
import type { StateCodec } from './state-codec.ts';
import type { ClaimStore } from './claims.ts';
import type { RoundEvent, RoundTracer } from './round-event.ts';
import type { StateStore } from './state-store.ts';
import type { StateKey } from './state-keys.ts';
import type { UpgradePolicy } from './upgrade.ts';

export interface RequestStateOptions {
  /** At least 32 bytes, the same in every process of the fleet. Default: MRTR_STATE_KEYS or MRTR_STATE_KEY. */
  readonly key?: StateKey;
  /** A key ring instead of `key`: the first one seals, all of them open. */
  readonly keys?: readonly StateKey[];
  /** How long a client may take to answer one round, in seconds. Default 600. */
  readonly ttlSeconds?: number;
  /** Who is asking; a state is refused for anybody else. Default: client, issuer and subject of the request's `authInfo`. */
  readonly principal?: (ctx: ServerContext) => string;
  /** The name of this service, when several share a key: a state is refused by the others. */
  readonly audience?: string;
  /** Binds a state to the Origin header of the request that it was made for. Default false. */
  readonly origin?: boolean;
  /** Seals instead of AES-GCM, for example the SDK's codec (authenticated, but readable by the client). */
  readonly codec?: StateCodec;
  /** Classes whose instances a state may hold. */
  readonly classes?: ValueClasses;
  /** Deflates states of at least so many bytes; false: none. Default 256. */
  readonly compressAbove?: number | false;
  /** The longest sealed state that a client carries, in characters. Default 32768. */
  readonly maxLength?: number;
  /** Keeps longer states, whose clients then carry a sealed handle: a `Keyv`, for example. Default: they are refused. */
  readonly store?: StateStore;
  /** Lets each round be answered once. A round that has been claimed and then fails is lost with its flow. */
  readonly singleUse?: SingleUseOptions;
  /** How often the questions of one round are asked again when answers are missing or malformed. Default 5. */
  readonly maxReasks?: number;
  /** What to do with accepted content that does not match its schema: throw as `elicitInput` did (default), or ask again. */
  readonly onInvalid?: 'throw' | 'reask';
  /** Called for everything that happens to a flow. */
  readonly onEvent?: (event: RoundEvent) => void;
  /** A `Tracer` of @opentelemetry/api: each round gets a span. */
  readonly tracer?: RoundTracer;
  /** What becomes of a state that another version of the server has sealed. Default `reject`. */
  readonly upgrade?: UpgradePolicy;
  /** The version of what handlers that are not compiled keep in their states; to be changed with its shape. Default: none. */
  readonly version?: string;
  /** Keeps the names of variables in the states of compiled handlers, for `mrtr state inspect`. Default false. */
  readonly debug?: boolean;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
}

export interface SingleUseOptions {
  readonly claims: ClaimStore;
  /** The tools, prompts and resources (by URI) that it is for. Default: all. */
  readonly names?: readonly string[];
}

const DEFAULTS = {
  ttlSeconds: 600,
  compressAbove: 256,
  maxLength: 32_768,
  maxReasks: 5,
  onInvalid: 'throw',
  upgrade: 'reject',
  debug: false,
  now: Date.now,
} as const satisfies RequestStateOptions;

export type ResolvedOptions = RequestStateOptions &
  Required<Pick<RequestStateOptions, keyof typeof DEFAULTS>>;

export function resolveOptions(options: RequestStateOptions): ResolvedOptions {
  return { ...DEFAULTS, ...options, classes: withSdkErrors(options.classes) };
}
