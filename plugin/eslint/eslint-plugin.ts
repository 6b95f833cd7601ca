import { isAbsolute } from 'node:path';

import type { ESLint, Linter, Rule } from 'eslint';

import { catalog } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { lintRules } from '../../lint/rules.ts';
import { createLintService, type LintService } from './lint-service.ts';

/** The comments that keep findings out are checked like the findings themselves. */
const SUPPRESSIONS = 'idle-suppression';

/** The plugin's name and the version of its rules. */
export const meta: NonNullable<ESLint.Plugin['meta']> = { name: 'mrtr', namespace: 'mrtr' };

/** The rules of `mrtr check` for hand-written multi-round-trip code, by their names. */
export const rules: Readonly<Record<string, Rule.RuleModule>> = createRules(createLintService());

/** `recommended`: every rule. Needs a parser that reads the files; types are read by the rules themselves. */
export const configs: { readonly recommended: Linter.Config } = {
  recommended: {
    name: 'mrtr/recommended',
    plugins: { mrtr: { meta, rules: { ...rules } } },
    rules: Object.fromEntries(Object.keys(rules).map((name) => [`mrtr/${name}`, levelOf(name)] as const)),
  },
};

function createRules(service: LintService): Record<string, Rule.RuleModule> {
  const names = [...lintRules.map(({ name }) => name), SUPPRESSIONS];
  return Object.fromEntries(names.map((name) => [name, createRule(name, service)] as const));
}

function entryOf(name: string): (typeof catalog)[keyof typeof catalog] | undefined {
  return Object.values(catalog).find(({ slug }) => slug === name);
}

function levelOf(name: string): Linter.Severity {
  return entryOf(name)?.severity === 'error' ? 2 : 1;
}

function createRule(name: string, service: LintService): Rule.RuleModule {
  return {
    meta: {
      type: 'problem',
      fixable: 'code',
      schema: [],
      docs: { description: entryOf(name)?.title.replaceAll(/\{(\w+)\}/g, '…') ?? name },
    },
    create: (context) => ({
      Program() {
        const { filename, sourceCode } = context;
        // Text without a file belongs to no program.
        if (!isAbsolute(filename)) return;
        for (const finding of service.lint(filename, sourceCode.text))
          if (finding.slug === name) report(finding, context);
      },
    }),
  };
}

function report({ code, title, help, span, fix }: Diagnostic, context: Rule.RuleContext): void {
  if (span === undefined) return;
  const { sourceCode } = context;
  context.report({
    loc: { start: sourceCode.getLocFromIndex(span.start), end: sourceCode.getLocFromIndex(span.end) },
    message: `${title} (${code}). ${help}`,
    fix: (fixer) =>
      (fix?.edits ?? []).map(({ start, end, newText }) => fixer.replaceTextRange([start, end], newText)),
  });
}
