import { McpServer } from '@modelcontextprotocol/server';

import type { Catalogue } from './catalogue.js';
import { registerAskingPrompt } from './prompts/asking.js';
import { registerPlainPrompts } from './prompts/plain.js';
import { registerResources } from './resources.js';
import { registerSubscriptions } from './subscriptions.js';
import { registerCatalogueTools } from './tools/catalogue.js';
import { registerContentTools } from './tools/content.js';
import { registerElicitationTools } from './tools/elicitation.js';
import { registerInputRequiredTools } from './tools/input-required.js';
import { registerMultiRoundTools } from './tools/multi-round.js';
import { registerNotifyingTools } from './tools/notifying.js';
import { registerSamplingTools } from './tools/sampling.js';

export function createServer(catalogue: Catalogue): McpServer {
  const server = new McpServer(
    { name: 'everything-server', version: '1.0.0' },
    { capabilities: { logging: {}, resources: { subscribe: true, listChanged: true } } },
  );
  registerContentTools(server);
  registerNotifyingTools(server);
  registerSamplingTools(server);
  registerElicitationTools(server);
  registerInputRequiredTools(server);
  registerMultiRoundTools(server);
  registerCatalogueTools(server, catalogue);
  registerPlainPrompts(server);
  registerAskingPrompt(server);
  registerResources(server);
  registerSubscriptions(server);
  return server;
}
