import { createMcpHandler } from '@modelcontextprotocol/server';

import { createRequestState } from '../../runtime/index.ts';
import { createPublishServer } from '../../test/runtime/publish-server.ts';

/** The same in every host: states of one are opened by the others. All of them are deflated where they get smaller. */
const requestState = createRequestState({
  key: 'a key for all hosts, of at least 32 bytes',
  compressAbove: 1,
});

const handler = createMcpHandler(() => createPublishServer(requestState));

export const handle = (request: Request): Promise<Response> => handler.fetch(request);
