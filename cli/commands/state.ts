import { Command } from 'commander';
import { createColors } from 'picocolors';

import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { wantsColor } from '../io.ts';
import type { CliIo } from '../io.ts';
import { printState } from '../reporters/state.ts';

const KEY_BYTES = 32;

interface InspectFlags {
  readonly key?: readonly string[];
  readonly principal: string;
  readonly audience?: string;
  readonly origin?: string;
  readonly reveal?: true;
  readonly json?: true;
}

/** `mrtr state keygen` and `mrtr state inspect`. */
export function stateCommand(io: CliIo): Command {
  return new Command('state')
    .description('make keys for sealed states, look into a sealed state')
    .addCommand(keygenCommand(io))
    .addCommand(inspectCommand(io));
}

function keygenCommand(io: CliIo): Command {
  return new Command('keygen').description('print a new random key for MRTR_STATE_KEYS').action(() => {
    const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    io.stdout.write(`${Buffer.from(key).toString('base64url')}\n`);
  });
}

/** Exit code 0 when the state could be read, whether or not it is authentic and current; 2 when it could not. */
function inspectCommand(io: CliIo): Command {
  return new Command('inspect')
    .description('show header, variables with sizes, expiry, round and flow of a sealed state')
    .argument('<state>', 'the requestState string')
    .option('--key <key...>', 'default: MRTR_STATE_KEYS or MRTR_STATE_KEY')
    .option('--principal <text>', 'check that the state was sealed for this principal', '')
    .option('--audience <name>', 'the audience option of the server')
    .option('--origin <origin>', 'the Origin header, for servers with the origin option')
    .option('--reveal', 'also show values whose names look like secrets')
    .option('--json', 'print one JSON object')
    .action(async (sealed: string, flags: InspectFlags, command: Command) => {
      const description = await describe(sealed.trim(), flags, io);
      const { color } = command.optsWithGlobals<{ color: boolean }>();
      const colors = createColors(color && wantsColor(io.stdout, io.env));
      const text =
        flags.json === true ? JSON.stringify(description, undefined, 2) : printState(description, colors);
      io.stdout.write(`${text.trimEnd()}\n`);
    });
}

/** @throws {DiagnosticError} MRTR6030 without a key, MRTR6031 when no key opens the state. */
async function describe(sealed: string, flags: InspectFlags, io: CliIo) {
  const { describeState } = await import('../state/describe-state.ts');
  const { RequestStateRejection } = await import('../../runtime/request-state-error.ts');
  const keys = flags.key ?? keysFrom(io.env);
  if (keys.length === 0) throw new DiagnosticError(diag.noStateKey(undefined, {}));
  const { principal, audience, origin, reveal = false } = flags;
  try {
    return await describeState(sealed, {
      keys,
      requester: { principal, audience, origin },
      reveal,
      now: Date.now(),
    });
  } catch (error) {
    if (!(error instanceof RequestStateRejection) && !(error instanceof RangeError)) throw error;
    throw new DiagnosticError(diag.stateNotOpened(undefined, { reason: error.message }));
  }
}

function keysFrom({
  MRTR_STATE_KEYS: ring = '',
  MRTR_STATE_KEY: single = '',
}: CliIo['env']): readonly string[] {
  return `${ring} ${single}`.split(/[\s,]+/).filter((key) => key !== '');
}
