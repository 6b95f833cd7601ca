import { McpServer } from '@modelcontextprotocol/server';

import type { Ledger } from './ledger.js';
import { registerAnnouncementPrompt } from './prompts/announcement.js';
import { registerAnnounceRelease } from './tools/announce-release.js';
import { registerListWorkspaces } from './tools/list-workspaces.js';
import { registerPublishRelease } from './tools/publish-release.js';
import { registerUnlinkPackage } from './tools/unlink-package.js';
import { registerWriteNotes } from './tools/write-notes.js';
import { registerYankVersions } from './tools/yank-versions.js';

export function createServer(ledger: Ledger): McpServer {
  const server = new McpServer(
    { name: 'release-assistant', version: '1.0.0' },
    { instructions: 'Publishes packages. Every step that cannot be undone is confirmed by the user.' },
  );
  registerPublishRelease(server, ledger);
  registerUnlinkPackage(server, ledger);
  registerWriteNotes(server, ledger);
  registerListWorkspaces(server);
  registerAnnounceRelease(server, ledger);
  registerYankVersions(server, ledger);
  registerAnnouncementPrompt(server);
  return server;
}
