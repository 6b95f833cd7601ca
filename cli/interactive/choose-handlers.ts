import { resolve } from 'node:path';

import type { HandlerChoice } from '../../codemods/project/handler-choices.ts';
import type { MigratedSite } from '../../codemods/project/migration.ts';
import type { Report } from '../report.ts';
import { concerns } from '../reporters/concerns.ts';
import { plural } from '../reporters/plural.ts';
import { printDiagnostic, type Colors } from '../reporters/pretty-diagnostic.ts';
import { colorDiff, printUnifiedDiff } from '../reporters/unified-diff.ts';
import { describeFlowInWords } from './describe-flow-in-words.ts';
import type { Prompter, PromptOption } from './prompter.ts';

type Answer = 'apply' | 'compile' | 'skip' | 'explain' | 'diff' | 'rest';

/**
 * Asks for each handler what is to become of it.
 * @param preview what a run without questions would do
 * @returns what was chosen for the handlers that do not simply get what the preview shows; undefined to stop
 */
export async function chooseHandlers(
  preview: Report,
  dir: string,
  prompter: Prompter,
  colors: Colors,
): Promise<readonly HandlerChoice[] | undefined> {
  const choices: HandlerChoice[] = [];
  let isAsking = true;
  // A helper follows the handlers that call it.
  const sites = preview.sites.filter(({ outcome, flow }) => outcome === 'diagnosed' || flow !== undefined);
  for (const [index, site] of sites.entries()) {
    const answer = isAsking
      ? await chooseHandler(site, `${index + 1}/${sites.length}`, preview, prompter, colors)
      : 'rest';
    if (answer === undefined) return undefined;
    if (answer === 'rest') isAsking = false;
    const choice = choiceOf(answer, site);
    if (choice !== undefined) choices.push({ file: resolve(dir, site.file), handler: site.handler, choice });
  }
  return choices;
}

/** A handler that cannot be rewritten stays as it is, also when another one is compiled. */
function choiceOf(
  answer: Exclude<Answer, 'explain' | 'diff'>,
  { outcome }: MigratedSite,
): HandlerChoice['choice'] | undefined {
  if (answer === 'compile' || answer === 'skip') return answer;
  return outcome === 'diagnosed' ? 'leave' : undefined;
}

async function chooseHandler(
  site: MigratedSite,
  position: string,
  preview: Report,
  prompter: Prompter,
  colors: Colors,
): Promise<Exclude<Answer, 'explain' | 'diff'> | undefined> {
  for (;;) {
    const answer = await prompter.choose(headingOf(site, position), optionsOf(site));
    if (answer === 'explain') prompter.show(explain(site, preview, colors));
    else if (answer === 'diff') prompter.show(colorDiff(diffOf(site, preview), colors));
    else return answer;
  }
}

function headingOf({ handler, file, line, asks, outcome }: MigratedSite, position: string): string {
  const result = outcome === 'diagnosed' ? 'cannot be rewritten' : `→ ${outcome}`;
  return `[${position}] ${handler} (${file}:${line}), ${plural(asks, 'ask')}, ${result}`;
}

function optionsOf({ outcome }: MigratedSite): readonly PromptOption<Answer>[] {
  const compile: PromptOption<Answer> = {
    value: 'compile',
    label: 'Compile',
    hint: 'keep the awaits, mark it by resumable(…) for `mrtr compile`',
  };
  const explain: PromptOption<Answer> = { value: 'explain', label: 'Explain' };
  const rest: PromptOption<Answer> = {
    value: 'rest',
    label: 'Go on without asking',
    hint: 'for all that follow',
  };
  if (outcome === 'diagnosed')
    return [
      { value: 'skip', label: 'Leave it' },
      compile,
      { ...explain, hint: 'why it cannot be rewritten' },
      rest,
    ];
  return [
    { value: 'apply', label: 'Apply', hint: outcome },
    { value: 'skip', label: 'Skip', hint: 'leave it as it is' },
    compile,
    { ...explain, hint: 'its rounds, and what the state carries' },
    { value: 'diff', label: 'Show the change' },
    rest,
  ];
}

function explain(site: MigratedSite, { diagnostics, sources }: Report, colors: Colors): string {
  const about = diagnostics.filter((diagnostic) => concerns(site, diagnostic, sources));
  const parts = [
    ...(site.flow === undefined ? [] : [describeFlowInWords(site.flow)]),
    ...about.map((diagnostic) => printDiagnostic(diagnostic, sources, colors)),
  ];
  return parts.length === 0 ? 'Nothing more is known about it.' : parts.join('\n\n');
}

function diffOf(site: MigratedSite, { changedFiles }: Report): string {
  return printUnifiedDiff(changedFiles.filter(({ path }) => path === site.file));
}
