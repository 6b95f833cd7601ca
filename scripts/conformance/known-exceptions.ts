import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { repository } from '../servers/prepare-copies.ts';

/** A check that is known not to succeed, as docs/conformance.md lists it with the reason. */
export interface KnownException {
  readonly server: string;
  readonly revision: string;
  readonly check: string;
}

const ROW = /^\| *(\w+) *\| *(\d{4}-\d\d-\d\d) *\| *`([^`]+)` *\| *\S.*\|$/gm;

/** The rows `| server | revision | \`check\` | reason |` of docs/conformance.md; one without a reason does not count. */
export function readKnownExceptions(): KnownException[] {
  const page = readFileSync(join(repository, 'docs/conformance.md'), 'utf8');
  return [...page.matchAll(ROW)].map(([, server = '', revision = '', check = '']) => ({
    server,
    revision,
    check,
  }));
}
