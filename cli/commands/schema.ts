import { join } from 'node:path';

import { Command } from 'commander';

import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { SPECIFICATION_BASE_URL, pullSchema } from '../../generator/source/pull-schema.ts';
import { defaultSchemaPlaces } from '../../generator/source/resolve-schema.ts';
import { LATEST_REVISION, REVISION_NAMES, parseRevision } from '../../generator/source/revisions.ts';
import type { CliIo } from '../io.ts';
import { writeFilesAtomically } from '../write-files.ts';

interface PullFlags {
  readonly baseUrl?: string;
  readonly allowDigestMismatch?: true;
}

/** `mrtr schema pull [revision]`: the only command that downloads a revision. */
export function schemaCommand(io: CliIo): Command {
  const command = new Command('schema').description('the schemas of the published revisions');
  command
    .command('pull')
    .description('download a revision into the cache')
    .argument('[revision]', REVISION_NAMES.join(', '), LATEST_REVISION)
    .option('--base-url <url>', 'where <revision>/schema.json is served (also: MRTR_SCHEMA_BASE_URL)')
    .option('--allow-digest-mismatch', 'keep a document that is not the published text')
    .action(async (given: string, flags: PullFlags) => {
      const revision = parseRevision(given);
      if (revision === undefined) {
        const params = { value: given, option: 'revision', choices: REVISION_NAMES.join(', ') };
        throw new DiagnosticError(diag.unknownOptionValue(undefined, params));
      }
      const { text, url, document } = await pullSchema(revision, {
        baseUrl: flags.baseUrl ?? io.env['MRTR_SCHEMA_BASE_URL'] ?? SPECIFICATION_BASE_URL,
        allowDigestMismatch: flags.allowDigestMismatch === true,
      });
      const path = join(defaultSchemaPlaces(io.env).cache, `${revision}.json`);
      await writeFilesAtomically(new Map([[path, text]]));
      io.stdout.write(`${revision} from ${url}\n  SHA-256 ${document.digest}\n  kept in ${path}\n`);
    });
  return command;
}
