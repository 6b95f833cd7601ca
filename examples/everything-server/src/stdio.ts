#!/usr/bin/env node
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

import { Catalogue } from './catalogue.js';
import { createServer } from './create-server.js';

const catalogue = new Catalogue();

// stdout belongs to the protocol; anything for people goes to stderr.
const server = createServer(catalogue);
await server.connect(new StdioServerTransport());
