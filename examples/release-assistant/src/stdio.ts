#!/usr/bin/env node
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

import { createServer } from './create-server.js';
import { Ledger } from './ledger.js';

const ledger = new Ledger(process.env.RELEASE_LEDGER ?? 'ledger.jsonl');

// stdout belongs to the protocol; anything for people goes to stderr.
const server = createServer(ledger);
await server.connect(new StdioServerTransport());
