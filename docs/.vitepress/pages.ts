import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { DefaultTheme } from 'vitepress';

/** The pages of the site in the order of its navigation; a test checks that none is missing. */
export const SECTIONS: readonly {
  readonly text: string;
  readonly pages: readonly (readonly [string, string])[];
}[] = [
  {
    text: 'Guide',
    pages: [
      ['tutorial', 'Tutorial'],
      ['migrate', 'Migrating handlers'],
      ['compile', 'Compiling resumable functions'],
      ['runtime', 'The runtime'],
      ['security', 'Security'],
      ['generate', 'Types and validators'],
    ],
  },
  {
    text: 'Reference',
    pages: [
      ['cli', 'Command line'],
      ['play', 'The playground'],
      ['eslint', 'ESLint plugin'],
    ],
  },
  {
    text: 'Evidence',
    pages: [
      ['conformance', 'Conformance'],
      ['clients', 'Clients'],
      ['peers', 'What other SDKs test'],
      ['corpus', 'Corpus'],
    ],
  },
  {
    text: 'Internals',
    pages: [
      ['engine', 'The compiled printer'],
      ['ARCHITECTURE', 'Architecture'],
    ],
  },
];

/** The families of docs/ARCHITECTURE.md, by the first digit of a code. */
const FAMILIES: Readonly<Record<string, string>> = {
  1: 'Syntax and shapes',
  2: 'Liveness and values',
  3: 'Effects',
  4: 'Protocol and server entry',
  5: 'Schema and generator',
  6: 'Commands and files',
  7: 'Runtime',
  9: 'Bugs of mrtr',
};

const diagnostics = fileURLToPath(new URL('../diagnostics', import.meta.url));

export function sidebar(): DefaultTheme.SidebarItem[] {
  const sections = SECTIONS.map(({ text, pages }) => ({
    text,
    items: pages.map(([page, title]) => ({ text: title, link: `/${page}` })),
  }));
  const families = Object.entries(FAMILIES).map(([digit, text]) => ({
    text,
    collapsed: true,
    items: diagnosticPages()
      .filter(({ code }) => code.startsWith(`MRTR${digit}`))
      .map(toItem),
  }));
  return [
    ...sections,
    { text: 'Diagnostics', items: [{ text: 'All of them', link: '/diagnostics/' }, ...families] },
  ];
}

interface DiagnosticPage {
  readonly code: string;
  readonly heading: string;
}

function diagnosticPages(): DiagnosticPage[] {
  return readdirSync(diagnostics)
    .filter((file) => file.startsWith('MRTR'))
    .sort()
    .map((file) => {
      const heading = /^# (.+)$/m.exec(readFileSync(`${diagnostics}/${file}`, 'utf8'))?.[1] ?? file;
      return { code: file.replace(/\.md$/, ''), heading };
    });
}

function toItem({ code, heading }: DiagnosticPage): DefaultTheme.SidebarItem {
  return { text: heading, link: `/diagnostics/${code}` };
}
