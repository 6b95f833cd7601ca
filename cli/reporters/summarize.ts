import type { Report } from '../report.ts';
import { plural } from './plural.ts';

/** What a report comes to, in a few words each: handlers, files, errors and warnings. */
export function summarize({
  command,
  sites,
  changedFiles,
  diagnostics,
  written,
  fixedFiles = [],
}: Report): string[] {
  const left = sites.filter(({ outcome }) => outcome === 'diagnosed' || outcome === 'ignored').length;
  const done = command === 'check' ? 'can be migrated' : 'migrated';
  const handlers =
    sites.length === 0
      ? 'No handler asks its client in the await style'
      : `${sites.length - left} of ${plural(sites.length, 'handler')} ${done}`;
  const verb = written ? 'written' : changedFiles.length > 0 ? 'would change' : 'to change';
  const counts = (['error', 'warning'] as const)
    .map((severity) => [severity, diagnostics.filter((one) => one.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => plural(count, severity));
  const fixed = fixedFiles.length === 0 ? [] : [`${plural(fixedFiles.length, 'file')} fixed`];
  return [handlers, `${plural(changedFiles.length, 'file')} ${verb}`, ...fixed, ...counts];
}
