/** A process of `npm run test262`: runs tests one after the other and reports each. */
import { readFileSync } from 'node:fs';

import { FORMS } from './place-asks.ts';
import { readTest } from './read-test.ts';
import { runForm } from './run-form.ts';
import type { Verdict } from './run-form.ts';
import { Harness } from './test-realm.ts';

export interface Share {
  readonly root: string;
  readonly files: readonly string[];
}

export type Report =
  | { readonly kind: 'begin'; readonly file: string }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'end' };

// What a test leaves to nobody is no business of the runner.
process.on('unhandledRejection', () => undefined);
process.once('message', (share: Share) => void runShare(share).then(() => process.disconnect()));

async function runShare({ root, files }: Share): Promise<void> {
  const harness = new Harness(root);
  for (const file of files) {
    report({ kind: 'begin', file });
    const test = readTest(readFileSync(file, 'utf8'));
    if (typeof test === 'string') {
      report({ kind: 'verdict', verdict: { kind: 'not applicable', detail: test } });
      continue;
    }
    for (const form of FORMS) report({ kind: 'verdict', verdict: await runForm(test, form, harness) });
  }
  report({ kind: 'end' });
}

function report(message: Report): void {
  process.send?.(message);
}
