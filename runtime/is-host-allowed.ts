/** The options of the same names of the SDK's Streamable HTTP transports. */
export interface HostCheck {
  readonly enableDnsRebindingProtection?: boolean | undefined;
  readonly allowedHosts?: readonly string[] | undefined;
  readonly allowedOrigins?: readonly string[] | undefined;
}

/** A request of the Fetch API or of `node:http`. */
type WithHeaders =
  | { readonly headers: { get(name: string): string | null } }
  | { readonly headers: Readonly<Record<string, string | readonly string[] | undefined>> };

/**
 * Whether a transport with these options lets a request through, by its `Host` and `Origin`. Requests of the modern era are
 * answered without a transport, whose check (`validateRequestHeaders`, SDK 2.4) they would otherwise pass by; one that is
 * not let through goes to the transport all the same, which refuses it.
 */
export function isHostAllowed(request: WithHeaders, check: HostCheck): boolean {
  const { enableDnsRebindingProtection = false, allowedHosts = [], allowedOrigins = [] } = check;
  if (!enableDnsRebindingProtection) return true;
  const host = headerOf(request, 'host');
  if (allowedHosts.length > 0 && (host === undefined || !allowedHosts.includes(host))) return false;
  const origin = headerOf(request, 'origin');
  return allowedOrigins.length === 0 || origin === undefined || allowedOrigins.includes(origin);
}

function headerOf({ headers }: WithHeaders, name: string): string | undefined {
  const value = typeof headers.get === 'function' ? headers.get(name) : headers[name as keyof typeof headers];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
