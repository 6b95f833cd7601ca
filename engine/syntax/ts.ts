/**
 * The one place that imports the TypeScript compiler. ts-morph bundles it (6.0), so engine, codemods and plugin share
 * one AST whatever TypeScript the user has installed.
 */
export { ts } from 'ts-morph';
