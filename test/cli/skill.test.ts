import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { catalog } from '../../diagnostics/catalog.gen.ts';
import { runCli } from './run-cli.ts';

const folder = fileURLToPath(new URL('../../docs/skill/', import.meta.url));
const skill = readFileSync(`${folder}SKILL.md`, 'utf8');
const remedies = readFileSync(`${folder}REMEDIES.md`, 'utf8');

const mentioned = [...skill.matchAll(/npx mrtr (?<command>[a-z]+)(?<options>(?: --[a-z-]+)*)/g)].map(
  ({ groups }) => ({
    command: groups?.['command'] ?? '',
    options: (groups?.['options'] ?? '').split(' ').filter(Boolean),
  }),
);

test.each([...new Set(mentioned.map(({ command }) => command))])(
  '`mrtr %s` has the options the skill uses',
  async (command) => {
    const { code, stdout } = await runCli([command, '--help']);
    expect(code).toBe(0);
    for (const { options } of mentioned.filter((one) => one.command === command))
      for (const option of options) expect(stdout).toContain(option);
  },
);

test('the skill names what assistants are told by, and its remedies are all there', () => {
  expect(mentioned.length).toBeGreaterThan(5);
  expect(skill).toMatch(/^---\nname: mrtr\ndescription: .{80,}\n---\n/);
  for (const code of Object.keys(catalog)) expect(remedies).toContain(`## ${code} `);
});
