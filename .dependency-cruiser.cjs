/** The arrows of docs/ARCHITECTURE.md. A folder may import itself, packages, Node built-ins and what is listed here. */
const arrows = {
  bin: ['cli'],
  cli: ['generator', 'codemods', 'lint', 'plugin', 'diagnostics', 'runtime'],
  codemods: ['engine', 'templates', 'diagnostics'],
  lint: ['engine', 'diagnostics'],
  plugin: ['engine', 'lint', 'diagnostics'],
  generator: ['templates', 'diagnostics'],
  templates: [],
  engine: ['diagnostics'],
  runtime: [],
  diagnostics: [],
  // The page is bundled: what it takes of cli/ are pure functions, and cli/ knows only the built files.
  play: ['cli', 'codemods', 'engine', 'diagnostics', 'runtime'],
};

const folders = Object.keys(arrows);

const layering = Object.entries(arrows).map(([folder, allowed]) => ({
  name: `${folder}-imports`,
  comment: `${folder}/ may import only: ${[folder, ...allowed].join(', ')} (docs/ARCHITECTURE.md)`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: `^(${folders.filter((other) => other !== folder && !allowed.includes(other)).join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...layering,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'runtime-stays-isomorphic',
      comment:
        'runtime/ runs in browsers-like hosts too: devalue and the MCP server SDK only, no Node built-in, no compiler',
      severity: 'error',
      from: { path: '^runtime/' },
      to: { pathNot: ['^runtime/', '^node_modules/(devalue|@modelcontextprotocol/(server|core))/'] },
    },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: `^(${folders.join('|')})/` },
      to: { path: '^(test|scripts|bench|examples|fixtures)/' },
    },
    {
      name: 'declared-dependencies',
      comment: 'what ships may import only what package.json lists as a dependency',
      severity: 'error',
      from: { path: `^(${folders.join('|')})/`, pathNot: '^(runtime|play)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^mrtr(/|$)|^(\\.\\./)?dist/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^(dist|examples|fixtures|docs|coverage)/', '^templates/verbatim/', '^\\.'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
