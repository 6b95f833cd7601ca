/** The built page in headless Chromium, with the server that `mrtr play` starts stopped as soon as it is loaded. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import puppeteer from 'puppeteer-core';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { servePage } from '../../cli/play/serve-page.ts';
import type { PageServer } from '../../cli/play/serve-page.ts';
import { fromHash } from '../../play/page/share-link.ts';
import { findChromium } from '../harness/find-chromium.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = join(root, 'dist/play');
const chromium = findChromium();

const SOURCE = `import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

export function createServer(): McpServer {
  const server = new McpServer({ name: '</script>', version: '1.0.0' });
  server.registerTool(
    'greet',
    { inputSchema: z.object({ place: z.string().meta({ examples: ['Paris'] }) }) },
    async ({ place }, ctx) => {
      console.log('looked up', place);
      const rooms = [...place];
      const who = await ctx.mcpReq.elicitInput({
        message: 'Who?',
        requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      });
      if (who.action !== 'accept') return { content: [{ type: 'text', text: 'nobody' }] };
      console.log('booked');
      return { content: [{ type: 'text', text: \`\${who.content?.name} of \${rooms.length}\` }] };
    },
  );
  return server;
}
`;

describe.skipIf(chromium === undefined)('the playground', () => {
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];
  const complaints: string[] = [];

  const text = (selector: string): Promise<string> =>
    page.$$eval(selector, (found) => found.map((one) => one.textContent).join('\n'));
  const settled = async (): Promise<void> => {
    await page.waitForFunction(() => document.getElementById('status')?.textContent?.startsWith('analysed'));
    await page.waitForFunction(() => document.querySelector('.call .primary:enabled, .problem:not(:empty)'));
  };
  const type = async (source: string): Promise<void> => {
    await page.click('#editor .cm-content');
    await page.keyboard.down('Control');
    await page.keyboard.press('a');
    await page.keyboard.up('Control');
    await page.keyboard.sendCharacter(source);
    await page.waitForFunction(() => document.getElementById('status')?.textContent === '…');
    await settled();
  };
  const answer = async (round: number, name: string): Promise<void> => {
    const form = `.round:nth-child(${round}) .asks`;
    await page.type(`${form} input`, name);
    await page.click(`${form} .primary`);
  };
  const results = (): Promise<string> => text('.end p');

  beforeAll(async () => {
    if (chromium === undefined) return;
    const server: PageServer = await servePage(directory, SOURCE, 0);
    browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage();
    // A click goes to where its target was when it was looked for.
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(server.url);
    await settled();
    await server.close();
    requests.length = 0;
  });

  afterAll(() => browser?.close());

  test('begins with the file it was given', async () => {
    expect(await text('#panel-migrated .cm-content')).toContain("step: 'awaiting-who'; rooms: string[]");
    expect(await text('#panel-compiled .cm-content')).toContain('resumable({ id: "server.ts#greet"');
    expect(await page.$$eval('.machine .node', (nodes) => nodes.map((node) => node.textContent))).toEqual([
      expect.stringContaining('start'),
      expect.stringContaining('awaiting-who'),
      expect.stringContaining('result'),
    ]);
  });

  test('a call goes through its rounds, and native await comes to the same', async () => {
    await page.click('.call .primary');
    await page.waitForSelector('.round .asks input');
    expect(await text('.log pre')).toBe('looked up Paris');
    expect(await text('.sealed')).toMatch(/^v1\.[\w-]+\.\d\.[\w-]{100,}$/);
    expect(await text('.variables tr')).toContain("rooms[ 'P', 'a', 'r', 'i', 's' ]");
    expect(await text('.json')).toContain('"inputRequests"');
    expect(await text('.node.current')).toContain('awaiting-who');
    await answer(1, 'Ada');
    await page.waitForSelector('.reference .same ~ .same');
    expect(await results()).toBe('Ada of 5');
    expect(await text('.log pre')).toBe('looked up Paris\nbooked');
    expect(await text('.node.current')).toBe('result');
  });

  test('an earlier round can be answered otherwise, and both ways are kept', async () => {
    await page.click('.round:first-child .again');
    await answer(1, 'Grace');
    await page.waitForFunction(() => document.querySelector('.end p')?.textContent === 'Grace of 5');
    expect(await text('.branch[aria-pressed=true]')).toContain('Grace');
    await page.click('.branch:first-child');
    await page.waitForFunction(() => document.querySelector('.end p')?.textContent === 'Ada of 5');
  });

  test('the compiled form and native await answer alike; a session has no way back', async () => {
    for (const form of ['compiled', 'native']) {
      await page.click(`label[for=form-${form}]`);
      await page.waitForFunction(
        (sealed) =>
          document.querySelectorAll('.round').length === 2 &&
          document.querySelectorAll('.sealed').length === sealed &&
          document.querySelector('.end p') !== null,
        {},
        form === 'compiled' ? 1 : 0,
      );
      expect(await results()).toBe('Ada of 5');
    }
    expect(await page.$eval('.again', (button) => (button as HTMLButtonElement).disabled)).toBe(true);
  });

  test('what is edited is migrated anew, and what is wrong is underlined', async () => {
    await type(
      SOURCE.replace(
        'const rooms = [...place];',
        'const rooms = Object.assign(new AbortController(), { length: 5 });',
      ),
    );
    expect(await text('#panel-diagnostics .findings')).toContain('MRTR2001');
    expect(await page.$$('#editor .cm-lintRange')).not.toHaveLength(0);
    expect(await text('#panel-migrated .note')).toContain('Nothing was migrated');

    await type(SOURCE.replace('const rooms = [...place];', 'const rooms = ;'));
    expect(await text('#panel-diagnostics .findings')).toContain('TS1109');
    expect(await text('.problem')).toContain('syntax');
  });

  test('a link has the source in it', async () => {
    await page.click('#share');
    await page.waitForFunction(() => location.hash !== '');
    const hash = await page.evaluate(() => location.hash);
    expect(await fromHash(hash)).toContain('const rooms = ;');
    expect(hash.length).toBeLessThan(900);
    expect(await fromHash(hash.slice(0, -40))).toBeUndefined();
    expect(await fromHash('#code=AAAA')).toBeUndefined();
  });

  test('fits a narrow screen; tabs go by arrow keys', async () => {
    await page.focus('#tab-client');
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('tab-migrated');
    await page.setViewport({ width: 380, height: 800 });
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0);
  });

  test('nothing was asked of any server after it was loaded, and nothing could be', async () => {
    expect(requests.filter((request) => request.startsWith('http'))).toEqual([]);
    expect(complaints).toEqual([]);
    const refused = await page.evaluate(() =>
      fetch('/').then(
        () => 'sent',
        () => 'refused',
      ),
    );
    expect(refused).toBe('refused');
    expect(complaints.join()).toContain('Content Security Policy');
  });
});

describe('the server', () => {
  test('answers on this machine and by its own name only', async () => {
    const server = await servePage(directory, 'const x = "</script>";', 0);
    const page = await fetch(server.url);
    expect(await page.text()).toContain(String.raw`const x = \"\u003c/script>\";`);
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect((await fetch(`${server.url}../package.json`)).status).toBe(404);
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);
    await expect(servePage(directory, undefined, Number(new URL(server.url).port))).rejects.toThrow(
      'EADDRINUSE',
    );
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  });
});

describe('mrtr play', () => {
  const run = (...args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> =>
    spawn(process.execPath, [join(root, 'bin/mrtr.js'), 'play', '--no-open', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  test('serves a file until it is interrupted', async () => {
    const child = run(join(root, 'play/examples/delete-folder.ts'));
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    const page = await fetch(String(chunk).trim());
    expect(await page.text()).toContain('delete_folder');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('says why it cannot', async () => {
    const child = run('--port', '99999999');
    const [[chunk], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')]);
    expect(String(chunk)).toContain('MRTR6060');
    expect(code).toBe(2);
  });
});
