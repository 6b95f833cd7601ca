import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Command } from 'commander';

import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { CliIo } from '../io.ts';
import { readPackageInfo } from '../package-info.ts';
import { openInBrowser } from '../play/open-in-browser.ts';
import { servePage, type PageServer } from '../play/serve-page.ts';

interface PlayFlags {
  readonly port?: string;
  readonly open: boolean;
}

/** `mrtr play [file]`: serves the playground until Ctrl-C, then exit code 0; 2 when it could not be served. */
export function playCommand(io: CliIo): Command {
  return new Command('play')
    .description('open a page to migrate, compile and step through a handler in the browser')
    .argument('[file]', 'source to begin with, in place of an example')
    .option('--port <port>', 'port on 127.0.0.1; any that is free by default')
    .option('--no-open', 'only print the URL')
    .action(async (file: string | undefined, { port = '0', open }: PlayFlags) => {
      const source = file === undefined ? undefined : readSource(file);
      const server = await serve(source, port);
      io.stdout.write(`${server.url}\n`);
      if (open && io.stdout.isTTY === true) openInBrowser(server.url);
      await interruption();
      await server.close();
      process.exitCode = 0;
    });
}

/** @throws {DiagnosticError} MRTR6060 */
async function serve(source: string | undefined, port: string): Promise<PageServer> {
  try {
    return await servePage(join(readPackageInfo().root, 'dist/play'), source, Number(port));
  } catch (error) {
    throw new DiagnosticError(diag.portUnavailable(undefined, { port, reason: reasonOf(error) }));
  }
}

/** @throws {DiagnosticError} MRTR6001 */
function readSource(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DiagnosticError(diag.fileUnreadable(undefined, { path, reason: reasonOf(error) }));
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function interruption(): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      process.off('SIGINT', end).off('SIGTERM', end);
      resolve();
    };
    process.on('SIGINT', end).on('SIGTERM', end);
  });
}
