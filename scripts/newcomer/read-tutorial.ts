/** A file that the page shows in full, or commands with what they print. */
export type TutorialBlock =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'commands'; readonly commands: readonly TutorialCommand[] };

export interface TutorialCommand {
  readonly line: string;
  /** Lines of its output that the page shows; all of them must come. */
  readonly shown: readonly string[];
}

/**
 * Reads the code blocks of a page, in order: a block with a file name in brackets after its language is a file, one in the
 * language `console` has commands behind `$ `. Any other block is a mistake of the page.
 * @throws {Error} with the first line of a block that is neither
 */
export function readTutorial(page: string): TutorialBlock[] {
  return [...page.matchAll(/^```(\w+)(?: \[(.+?)\])?\n([\s\S]*?)^```$/gm)].map(
    ([, language, path, text = '']): TutorialBlock => {
      if (path !== undefined) return { kind: 'file', path, text };
      if (language === 'console') return { kind: 'commands', commands: readCommands(text) };
      throw new Error(`neither a file nor commands: ${text.split('\n')[0]}`);
    },
  );
}

function readCommands(text: string): TutorialCommand[] {
  const commands: { line: string; shown: string[] }[] = [];
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('$ ')) commands.push({ line: line.slice(2), shown: [] });
    else commands.at(-1)?.shown.push(line);
  }
  return commands;
}
