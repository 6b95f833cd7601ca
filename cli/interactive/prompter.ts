import type { Readable, Writable } from 'node:stream';

/** One thing that can be chosen. */
export interface PromptOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}

/** How a command talks with the person in front of it. */
export interface Prompter {
  /** @returns undefined when the person wants to stop (Ctrl-C, Escape) */
  choose<Value extends string>(
    message: string,
    options: readonly PromptOption<Value>[],
  ): Promise<Value | undefined>;
  show(text: string): void;
}

/** Prompts on a terminal. They go to `output`, so that stdout stays free for what the command prints. */
export async function createTerminalPrompter(input: Readable, output: Writable): Promise<Prompter> {
  const { isCancel, select } = await import('@clack/prompts');
  return {
    async choose(message, options) {
      const choice: unknown = await select<string>({ message, options: [...options], input, output });
      return isCancel(choice) ? undefined : options.find(({ value }) => value === choice)?.value;
    },
    show(text) {
      output.write(`${text}\n`);
    },
  };
}
