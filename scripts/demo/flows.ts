import type { Flow } from './run-flow.ts';

const accept = (content: Readonly<Record<string, string | boolean>>) => ({ action: 'accept', content });

/** What the user answers, in the order of the questions. */
export const flows: readonly (Flow & { readonly name: string })[] = [
  {
    name: 'a breaking release, signed in',
    tool: 'publish_release',
    args: { pkg: 'parser' },
    answers: [
      accept({ version: '2.0.0' }),
      accept({ name: 'parser' }),
      accept({ tag: 'latest' }),
      { action: 'accept' },
    ],
  },
  {
    name: 'a patch, declined at the confirmation',
    tool: 'publish_release',
    args: { pkg: 'parser' },
    answers: [accept({ version: '1.4.3' }), { action: 'decline' }],
  },
  {
    name: 'cancelled at the first question',
    tool: 'publish_release',
    args: { pkg: 'printer' },
    answers: [{ action: 'cancel' }],
  },
  {
    name: 'accepted with a version nobody proposed',
    tool: 'publish_release',
    args: { pkg: 'printer' },
    answers: [accept({ version: '7.7.7' })],
  },
  { name: 'confirmed', tool: 'unlink_package', args: { pkg: 'printer' }, answers: [accept({ sure: true })] },
  {
    name: 'drafted by the model of the client',
    tool: 'write_notes',
    args: { pkg: 'parser', changes: ['faster', 'smaller'] },
    answers: [{ role: 'assistant', model: 'demo', content: { type: 'text', text: 'Faster and smaller.' } }],
  },
  {
    name: 'roots of the client',
    tool: 'list_workspaces',
    args: {},
    answers: [{ roots: [{ uri: 'file:///work', name: 'work' }] }],
  },
  {
    name: 'asked through the server object',
    tool: 'announce_release',
    args: { pkg: 'parser', version: '2.0.0' },
    answers: [accept({ channel: 'mail', headline: 'Parser 2' })],
  },
];

/** Of the handler that only the compiled form can serve: it asks in a loop. */
export const loopFlows: typeof flows = [
  {
    name: 'asked version by version',
    tool: 'yank_versions',
    args: { pkg: 'parser', versions: ['1.0.0', '1.1.0', '1.2.0'] },
    answers: [accept({ reason: 'broken' }), { action: 'decline' }, accept({ reason: 'leaks a key' })],
  },
];
