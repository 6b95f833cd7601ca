import { join } from 'node:path';

import { compileServer, copyServer, repository, runMrtr } from '../servers/prepare-copies.ts';
import type { Revision } from './run-suite.ts';

export interface ServerUnderTest {
  readonly name: string;
  readonly directory: string;
  readonly revisions: readonly Revision[];
  /** What preparing it reported. */
  readonly report: string;
}

const BOTH: readonly Revision[] = ['2025-11-25', '2026-07-28'];

/** The everything server as it is, migrated, and compiled. */
export function prepareServers(target: string): ServerUnderTest[] {
  const copy = (name: string): string => copyServer('everything-server', join(repository, target, name));

  const original = copy('original');
  compileServer(original);

  const migrated = copy('migrated');
  const migration = runMrtr(['migrate', migrated, '--allow-dirty']);
  compileServer(migrated);

  const compiled = copy('compiled');
  const marking = runMrtr(['migrate', compiled, '--form', 'compiled', '--allow-dirty']);
  compileServer(compiled);
  const compilation = runMrtr(['compile', join(compiled, 'dist')]);

  return [
    { name: 'unmigrated', directory: original, revisions: ['2025-11-25'], report: '' },
    { name: 'migrated', directory: migrated, revisions: BOTH, report: migration.output },
    { name: 'compiled', directory: compiled, revisions: BOTH, report: marking.output + compilation.output },
  ];
}
