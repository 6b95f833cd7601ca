import {
  inputRequired,
  UrlElicitationRequiredError,
  type ElicitRequestURLParams,
  type InputRequests,
  type InputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server';

/**
 * Ends the request until the user has been at some URLs, and starts it anew afterwards. In the legacy era this is the
 * error -32042, after which the client calls again (specification 2025-11-25, client/elicitation); the modern era has no
 * such error, and the client that is asked to open the URLs calls again by itself.
 * @param elicitations what the error lists; `elicitationId` is of the legacy era alone
 * @returns what the handler returns
 * @throws {UrlElicitationRequiredError} in the legacy era
 * @throws {Error} when the user declined one of the URLs, with `message`
 */
export function requireUrls(
  ctx: ServerContext,
  elicitations: readonly ElicitRequestURLParams[],
  message?: string,
): InputRequiredResult {
  const error = new UrlElicitationRequiredError([...elicitations], message);
  const { envelope, inputResponses = {} } = ctx.mcpReq;
  // Only modern requests have an envelope.
  if (envelope === undefined) throw error;
  const requests: InputRequests = {};
  elicitations.forEach((elicitation, index) => {
    // The same key in each round, though the URL may hold something that is new each time.
    const key = `required-url-${index + 1}`;
    const response: unknown = Object.hasOwn(inputResponses, key) ? inputResponses[key] : undefined;
    if (isRefusal(response)) throw new Error(error.message);
    requests[key] = inputRequired.elicitUrl(urlParams(elicitation));
  });
  return inputRequired({ inputRequests: requests });
}

/** The modern request has neither. */
function urlParams({ elicitationId: _id, mode: _mode, ...params }: ElicitRequestURLParams): UrlParams {
  return params;
}

type UrlParams = Parameters<typeof inputRequired.elicitUrl>[0];

function isRefusal(response: unknown): boolean {
  const action = typeof response === 'object' && response !== null && 'action' in response && response.action;
  return action === 'decline' || action === 'cancel';
}
