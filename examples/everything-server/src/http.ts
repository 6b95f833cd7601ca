#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  localhostHostValidation,
  localhostOriginValidation,
  NodeStreamableHTTPServerTransport,
} from '@modelcontextprotocol/node';
import { isInitializeRequest } from '@modelcontextprotocol/server';

import { Catalogue } from './catalogue.js';
import { createServer } from './create-server.js';

const catalogue = new Catalogue();
const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
// A page that a browser was tricked into loading must not talk to a server of this machine (DNS rebinding).
const isLocalHost = localhostHostValidation();
const isLocalOrigin = localhostOriginValidation();

async function readBody(req: IncomingMessage): Promise<unknown> {
  if (req.method !== 'POST') return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

const httpServer = createHttpServer(async (req, res) => {
  if (!isLocalHost(req, res) || !isLocalOrigin(req, res)) return;
  try {
    const body = await readBody(req);
    const sessionId = req.headers['mcp-session-id'];
    let transport = typeof sessionId === 'string' ? sessions.get(sessionId) : undefined;
    if (transport === undefined) {
      if (!isInitializeRequest(body)) {
        res.writeHead(404).end('unknown session');
        return;
      }
      // One transport and one server per session.
      const opened = new NodeStreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: (id) => void sessions.set(id, opened),
        onsessionclosed: (id) => void sessions.delete(id),
      });
      await createServer(catalogue).connect(opened);
      transport = opened;
    }
    await transport.handleRequest(req, res, body);
  } catch (error) {
    console.error(error);
    if (!res.headersSent) res.writeHead(500).end();
  }
});

httpServer.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.error(`listening on ${(httpServer.address() as AddressInfo).port}`);
});
