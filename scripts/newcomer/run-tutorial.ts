import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { runBounded } from '../corpus/run-bounded.ts';
import { readTutorial, type TutorialCommand } from './read-tutorial.ts';

export interface TutorialOptions {
  /** Emptied first. */
  readonly directory: string;
  /** What a command becomes; `undefined`: it is left out. */
  readonly rewrite: (line: string) => string | undefined;
  /** The ports of the page, and those that are used instead. */
  readonly ports: ReadonlyMap<string, string>;
  readonly seconds: number;
  readonly onOutput?: (text: string) => void;
}

/**
 * Does what the page says, in one shell: files are written where they are shown, commands run in order, and what a command
 * starts in the background ends with the page.
 * @throws {Error} with the command and what it printed, when it fails or does not print what the page shows
 */
export async function runTutorial(page: string, options: TutorialOptions): Promise<void> {
  const { directory, seconds, ports } = options;
  // Beside the project, where git does not see it.
  const records = `${directory}-records`;
  for (const stale of [directory, records]) {
    rmSync(stale, { recursive: true, force: true });
    mkdirSync(stale, { recursive: true });
  }
  const text = [...ports].reduce((changed, [from, to]) => changed.replaceAll(from, to), page);
  const commands: TutorialCommand[] = [];
  const script = ['set -e', `records='${records}'`];
  for (const block of readTutorial(text)) {
    if (block.kind === 'file') {
      const stored = `file-${script.length}`;
      writeFileSync(join(records, stored), block.text);
      script.push(`mkdir -p "$(dirname '${block.path}')" && cp "$records/${stored}" '${block.path}'`);
    } else
      for (const command of block.commands) {
        const line = options.rewrite(command.line);
        if (line === undefined) continue;
        script.push(inShell(line, commands.length));
        commands.push({ ...command, line });
      }
  }
  const file = join(records, 'run.sh');
  writeFileSync(file, `${script.join('\n')}\n`);
  const env = { ...process.env, CI: '1', NO_COLOR: '1' };
  const run = await runBounded('bash', [file], { cwd: directory, env, seconds });
  checkOutputs(records, commands, run.code === 0 ? undefined : run.output, options.onOutput);
  rmSync(records, { recursive: true });
}

/** A command that ends with `&` prints when it likes; any other writes to a file of its own and must succeed. */
function inShell(line: string, index: number): string {
  const output = `"$records/output-${index}"`;
  const note = `echo ${index} > "$records/reached"`;
  if (line.endsWith('&')) return `${note}\n{ ${line} } 2>>${output}`;
  return `${note}\n{ ${line}\n} >${output} 2>&1`;
}

function checkOutputs(
  records: string,
  commands: readonly TutorialCommand[],
  failure: string | undefined,
  onOutput: ((text: string) => void) | undefined,
): void {
  const reached = Number(readFileSync(join(records, 'reached'), 'utf8'));
  for (const [index, { line, shown }] of commands.entries()) {
    const file = join(records, `output-${index}`);
    const output = existsSync(file) ? readFileSync(file, 'utf8') : '';
    onOutput?.(`$ ${line}\n${output}`);
    if (failure !== undefined && index === reached) throw new Error(`$ ${line}\n${output}${failure}`);
    const missing = shown.find((part) => !output.includes(part));
    if (missing !== undefined) throw new Error(`$ ${line}\n${output}\ndid not print: ${missing}`);
  }
}
