import { diag } from '../diagnostics/catalog.gen.ts';
import type { HandlerRoot } from '../engine/find/find-handler-roots.ts';
import { spanOf } from '../engine/plan/span-of.ts';
import type { ts } from '../engine/syntax/ts.ts';
import type { HandlersRewrite } from './await-to-mrtr/file-output.ts';
import type { FileRewrite } from './edits.ts';
import type { MigratedSite, MigrationResult } from './project/migration.ts';
import { registeringServer } from './state-codec/registering-server.ts';
import { findServerCreations } from './state-codec/find-server-creations.ts';

/** A file of a unit with what would be written into it. */
export interface RewrittenUnitFile {
  readonly file: ts.SourceFile;
  readonly isSkipped: boolean;
  readonly handlers: HandlersRewrite;
  readonly wiring: FileRewrite;
  /** It stays as it is for a server that cannot be wired, while other files of the unit have some that can be. */
  readonly isUnwirable: boolean;
}

export function sitesOf({ handlers, isSkipped }: RewrittenUnitFile): readonly MigratedSite[] {
  return isSkipped ? handlers.sites.map((site) => ({ ...site, outcome: 'diagnosed' })) : handlers.sites;
}

/**
 * A migrated handler cannot suspend on a server without the codec. So when the unit creates none that can be wired, or one
 * that cannot be and a handler may be registered on it, all handlers of the unit stay as they are.
 */
export function refuseWiring(
  rewritten: readonly RewrittenUnitFile[],
  checker: ts.TypeChecker,
): MigrationResult | undefined {
  const migrated = rewritten.flatMap(({ handlers }) => handlers.migrated);
  if (migrated.length === 0) return undefined;
  const servers = rewritten.filter(({ file }) => findServerCreations(file, checker).length > 0);
  const isWirable = ({ wiring, isSkipped }: RewrittenUnitFile): boolean =>
    wiring.diagnostics.length === 0 && !isSkipped;
  const wirable = new Set(servers.filter(isWirable).map(({ file }) => file.fileName));
  const isWired = ({ registration }: HandlerRoot): boolean =>
    wirable.has(registeringServer(registration, checker)?.getSourceFile().fileName ?? '');
  const hasUnwirable = servers.some(({ isUnwirable }) => isUnwirable);
  const others = servers.filter(({ isUnwirable }) => !isUnwirable);
  if (others.length > 0 && others.every(isWirable) && (!hasUnwirable || migrated.every(isWired)))
    return undefined;
  const orphans =
    servers.length > 0
      ? []
      : migrated.map(({ registration, name }) =>
          diag.noServerToWire(spanOf(registration), { handler: name }),
        );
  const unwired = servers.flatMap(({ wiring }) => wiring.diagnostics);
  const said = rewritten
    .filter(({ isUnwirable }) => !isUnwirable)
    .flatMap(({ handlers }) => handlers.diagnostics.filter(({ severity }) => severity !== 'info'));
  const sites = rewritten.flatMap((part) => sitesOf({ ...part, isSkipped: true }));
  return { files: new Map(), sites, diagnostics: [...unwired, ...orphans, ...said] };
}
