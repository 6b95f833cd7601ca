import { Command } from 'commander';

import type { CliIo } from '../io.ts';
import { plural } from '../reporters/plural.ts';

interface UndoFlags {
  readonly json?: true;
}

/** `mrtr undo [dir]`: exit code 0 when the last run was taken back, 2 when it could not be. */
export function undoCommand(io: CliIo): Command {
  return new Command('undo')
    .description('take back the last run of `mrtr migrate` or `mrtr check --fix`')
    .argument('[dir]', 'directory that the run worked on', '.')
    .option('--json', 'print the result as JSON')
    .action(async (dir: string, { json }: UndoFlags) => {
      const { undoLastRun } = await import('../undo/undo-last-run.ts');
      const run = await undoLastRun(dir);
      const { command, restored, removed } = run;
      if (json === true) io.stdout.write(`${JSON.stringify({ version: 1, ...run }, undefined, 2)}\n`);
      else
        io.stdout.write(
          `mrtr ${command} taken back: ${plural(restored.length, 'file')} restored, ${removed.length} removed\n`,
        );
      process.exitCode = 0;
    });
}
