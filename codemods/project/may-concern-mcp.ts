/**
 * The names every ask goes through in the MCP SDKs, version 1 and 2 (`elicitInput`, `createMessage`, `requestSampling`,
 * `listRoots`, or the method string given to `send`, `sendRequest`, `request`), and the SDK's packages.
 */
const TRACES =
  /elicitInput|createMessage(?:Stream)?\b|requestSampling|listRoots|elicitation\/create|sampling\/|roots\/list|@modelcontextprotocol\//;

/**
 * Whether a file can matter to the codemod, by its text alone: parsing thousands of files to find a handful is what makes
 * a codemod slow. False only when it cannot; a comment is enough for true.
 */
export function mayConcernMcp(text: string): boolean {
  return TRACES.test(text);
}
