import type {
  McpServer,
  Notification,
  Server,
  ServerEvent,
  ServerEventBus,
} from '@modelcontextprotocol/server';

/**
 * Sends what a server announces about its lists and resources to `bus` instead of its own connection, and returns the
 * server. For the factory of a `createMcpHandler` that was given the same bus: over HTTP a server of the modern era lives
 * for one request, and only the handler that made it knows the clients that listen (`subscriptions/listen`,
 * specification 2026-07-28).
 */
export function announceChanges<S extends McpServer | Server>(bus: ServerEventBus, server: S): S {
  const sender: Server = 'server' in server ? server.server : server;
  const send = sender.notification.bind(sender);
  sender.notification = async (notification, options) => {
    const event = eventOf(notification);
    if (event === undefined) return send(notification, options);
    bus.publish(event);
  };
  return server;
}

function eventOf({ method, params }: Notification): ServerEvent | undefined {
  switch (method) {
    case 'notifications/tools/list_changed':
      return { kind: 'tools_list_changed', params };
    case 'notifications/prompts/list_changed':
      return { kind: 'prompts_list_changed', params };
    case 'notifications/resources/list_changed':
      return { kind: 'resources_list_changed', params };
    case 'notifications/resources/updated':
      return { kind: 'resource_updated', uri: String(params?.['uri']), params };
    default:
      return undefined;
  }
}
