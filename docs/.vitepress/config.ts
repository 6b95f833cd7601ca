import { defineConfig } from 'vitepress';

import { sidebar } from './pages.ts';

// oxlint-disable-next-line import/no-default-export -- the form that VitePress wants
export default defineConfig({
  title: 'mrtr',
  description: 'Await-style MCP servers at revision 2026-07-28: a codemod, a compiler and a runtime.',
  cleanUrls: true,
  // The index of the diagnostics is a README for those who read the sources.
  rewrites: { 'diagnostics/README.md': 'diagnostics/index.md' },
  // What is linked outside of docs/ is read in the sources.
  ignoreDeadLinks: [/^\.\/\.\.\//],
  // Braces in the pages are code and text, never attributes.
  markdown: { attrs: { disable: true } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Tutorial', link: '/tutorial' },
      { text: 'Migrating', link: '/migrate' },
      { text: 'Command line', link: '/cli' },
      { text: 'Diagnostics', link: '/diagnostics/' },
    ],
    sidebar: sidebar(),
  },
});
