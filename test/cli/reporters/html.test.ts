import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import puppeteer from 'puppeteer-core';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { alignLines, rowsOfLines } from '../../../cli/reporters/html/align-lines.ts';
import { highlightLines } from '../../../cli/reporters/html/highlight-lines.ts';
import { layOutFlow } from '../../../cli/reporters/html/lay-out-flow.ts';
import { printHtml } from '../../../cli/reporters/html/print-html.ts';
import type { Report } from '../../../cli/report.ts';
import type { HandlerFlow } from '../../../codemods/project/handler-flow.ts';
import { diag } from '../../../diagnostics/catalog.gen.ts';
import { findChromium } from '../../harness/find-chromium.ts';

const flow: HandlerFlow = {
  phases: [
    { name: 'start', carried: [], mayEnd: true },
    {
      name: 'awaiting-choice',
      carried: [{ name: 'names', type: 'string[]', characters: 59, grows: true }],
      mayEnd: true,
    },
    { name: 'awaiting-a-rather-long-name', carried: [], mayEnd: true },
    { name: 'awaiting-other', carried: [], mayEnd: true },
  ],
  asks: [
    { from: 'start', to: 'awaiting-choice', key: 'choice', kinds: ['form'] },
    { from: 'start', to: 'awaiting-other', key: 'other', kinds: ['url'] },
    { from: 'awaiting-choice', to: 'awaiting-a-rather-long-name', key: 'aRatherLongName', kinds: ['form'] },
    { from: 'awaiting-choice', to: 'awaiting-other', key: 'other', kinds: ['url'] },
    { from: 'awaiting-other', to: 'awaiting-other', key: 'other', kinds: ['url'] },
  ],
  rounds: undefined,
};

const before =
  "server.registerTool('<img src=x onerror=alert(1)>', async () => {\n  await ask(`</script>`);\n});\n";
const after = before.replace('await ask', '/* a\n comment */ return asked');
const name = '<img src=x onerror=alert(1)>';
const report: Report = {
  command: 'migrate',
  written: true,
  changedFiles: [
    { path: 'src/a.ts', before, after },
    { path: 'package.json', before: '{}\n', after: '{ "dependencies": {} }\n' },
  ],
  sites: [
    { file: 'src/a.ts', line: 1, endLine: 3, handler: name, asks: 1, outcome: 'phases', flow },
    { file: 'src/b.ts', line: 1, endLine: 1, handler: 'refused', asks: 1, outcome: 'diagnosed' },
  ],
  diagnostics: [
    diag.askInLoop(
      { file: 'src/a.ts', start: before.indexOf('await'), end: before.indexOf('await') + 5 },
      { handler: name },
    ),
    diag.noVersionControl(undefined, { path: '<b>.</b>' }),
  ],
  sources: new Map([['src/a.ts', before]]),
};

describe('the page', () => {
  const html = printHtml(report);

  test('is the same every time, and asks for nothing from elsewhere', () => {
    expect(printHtml(report)).toBe(html);
    expect(html).not.toMatch(/(?:src|href)="(?!#)|url\((?!#)|@import|https?:/);
  });

  test('shows what it is given as text', () => {
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).not.toContain('<b>.</b>');
    expect(html.match(/<\/script>/g)).toHaveLength(1);
  });

  test('has a remark where it belongs, and the others below', () => {
    const sections = html.split('<section');
    expect(sections.find((part) => part.includes('id="handler-1"'))).toContain('MRTR3002');
    expect(sections.find((part) => part.includes('id="findings"'))).toContain('MRTR6011');
    expect(sections.find((part) => part.includes('id="files"'))).toContain('package.json');
  });
});

describe('parts', () => {
  test('changed lines stand beside each other', () => {
    const rows = alignLines('a\nb\nc\nd', 'a\nx\ny\nc\nd\ne');
    expect(rows.map(({ before: left, after: right }) => [left, right])).toEqual([
      [1, 1],
      [2, 2],
      [undefined, 3],
      [3, 4],
      [4, 5],
      [undefined, 6],
    ]);
    expect(rowsOfLines(rows, 2, 2).map(({ after: right }) => right)).toEqual([2, 3]);
    expect(rowsOfLines(rows, 9, 9)).toEqual([]);
  });

  test('a comment over lines is closed on each', () => {
    const lines = highlightLines('/* a\n b */ const x = 1;');
    expect(lines[0]).toBe('<span class="hljs-comment">/* a</span>');
    expect(lines[1]).toMatch(/^<span class="hljs-comment"> b \*\/<\/span> <span class="hljs-keyword">const/);
  });

  test('no two phases overlap, and every edge has its ends', () => {
    const { nodes, edges, height } = layOutFlow(flow);
    for (const [index, a] of nodes.entries()) {
      for (const b of nodes.slice(index + 1)) {
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart, `${a.name} and ${b.name}`).toBe(true);
      }
    }
    expect(edges).toHaveLength(flow.asks.length + 4);
    expect(nodes.every(({ y, height: own }) => y >= 0 && y + own <= height)).toBe(true);
  });
});

const chromium = findChromium();

describe('in Chromium', () => {
  let browser: Browser | undefined;
  let page: Page;
  const directory = mkdtempSync(join(tmpdir(), 'mrtr-report-'));
  const requests: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    if (chromium === undefined) return;
    writeFileSync(join(directory, 'report.html'), printHtml(report));
    browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(pathToFileURL(join(directory, 'report.html')).href);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('is drawn, with nothing loaded and nothing to complain about', async ({ skip }) => {
    skip(chromium === undefined, 'no Chromium found (set CHROMIUM_PATH)');
    const boxes = await page.$$eval('.diagram .node', (nodes) =>
      nodes.map((node) => node.getBoundingClientRect().width),
    );
    expect(boxes).toHaveLength(5);
    expect(Math.min(...boxes)).toBeGreaterThan(20);
    expect(requests).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test('is operated by keyboard', async ({ skip }) => {
    skip(chromium === undefined, 'no Chromium found (set CHROMIUM_PATH)');
    const focused = () =>
      page.evaluate(() => document.activeElement?.id || document.activeElement?.className);
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('skip');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('theme');
    await page.keyboard.press('j');
    expect(await focused()).toBe('handler-1');
    await page.keyboard.press('j');
    expect(await focused()).toBe('handler-2');
    await page.keyboard.press('k');
    expect(await focused()).toBe('handler-1');
    await page.keyboard.press('Tab');
    expect(await page.$eval('#handler-1 summary', (node) => node === document.activeElement)).toBe(true);
  });

  test('is dark and light, by preference and by the button', async ({ skip }) => {
    skip(chromium === undefined, 'no Chromium found (set CHROMIUM_PATH)');
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
    const light = await background();
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.click('#theme');
    expect(await background()).toBe(light);
  });

  test('fits a narrow screen; only tables and pictures scroll sideways', async ({ skip }) => {
    skip(chromium === undefined, 'no Chromium found (set CHROMIUM_PATH)');
    await page.setViewport({ width: 380, height: 800 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
