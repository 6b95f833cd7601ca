/** The module that `mrtr migrate` writes into a server, without its imports: one per codec. */
export const requestStateModules = {
  mrtr: {
    imports: [{ module: 'mrtr/runtime', name: 'createRequestState' }],
    body: `/**
 * Seals and opens the state of multi-round-trip handlers.
 * The key comes from MRTR_STATE_KEY (at least 32 bytes, the same for every process of this server).
 */
export const requestState = createRequestState();
`,
  },
  sdk: {
    imports: [
      { module: '@modelcontextprotocol/server', name: 'createRequestStateCodec' },
      { module: 'mrtr/runtime', name: 'createRequestState' },
    ],
    body: `const key = process.env.MRTR_STATE_KEY;
if (!key) throw new Error('MRTR_STATE_KEY is not set (at least 32 bytes, the same for every process of this server)');

/** Signs and verifies the state of multi-round-trip handlers with the SDK's codec: clients can read it. */
export const requestState = createRequestState({ codec: createRequestStateCodec<string>({ key }) });
`,
  },
} as const;
