import type { MigratedSite } from '../../../codemods/project/migration.ts';

/** How the page shows what became of a handler. */
export interface ShownOutcome {
  readonly mark: string;
  readonly className: string;
  readonly label: string;
}

export function describeOutcome(outcome: MigratedSite['outcome']): ShownOutcome {
  if (outcome === 'diagnosed') return { mark: '✗', className: 'left', label: 'left as it was' };
  if (outcome === 'ignored') return { mark: '–', className: 'ignored', label: 'left as wanted' };
  return { mark: '✓', className: 'done', label: outcome };
}
