import { ts } from '../../engine/syntax/ts.ts';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Makes a program smaller as long as `isFailing` holds: hierarchical delta debugging (Misherghi and Su, ICSE 2006) over
 * the syntax tree. Tries to delete statements and list members, to put a part in place of the whole, and to put a
 * constant in place of an expression. What bounds loops and recursion (`bounds`) is deleted with them or kept.
 */
export async function shrinkProgram(
  source: string,
  isFailing: (source: string) => Promise<boolean>,
  bounds = /\b(?:budget|spend)\b/g,
): Promise<string> {
  let smallest = source;
  let isSmaller = true;
  while (isSmaller) {
    isSmaller = false;
    // From the largest: what is deleted early need not be looked into.
    for (let edit = 0; ; edit++) {
      const candidate = candidatesOf(smallest, bounds)[edit];
      if (candidate === undefined) break;
      const text = smallest.slice(0, candidate.start) + candidate.text + smallest.slice(candidate.end);
      if (!isParsed(text) || !(await isFailing(text))) continue;
      smallest = text;
      isSmaller = true;
      edit--;
    }
  }
  return smallest;
}

function isParsed(source: string): boolean {
  const { diagnostics } = ts.transpileModule(source, {
    reportDiagnostics: true,
    fileName: 'program.js',
    compilerOptions: { allowJs: true, target: ts.ScriptTarget.ES2023 },
  });
  return diagnostics?.length === 0;
}

function candidatesOf(source: string, bounds: RegExp): readonly Edit[] {
  const file = ts.createSourceFile('program.js', source, ts.ScriptTarget.Latest, true);
  const edits: Edit[] = [];
  const countBounds = (text: string): number => text.match(bounds)?.length ?? 0;
  const replace = (node: ts.Node, text: string): void => {
    const [start, end] = [node.getStart(file), node.end];
    const isDeleted = text === '' || text === '0';
    const isBounded = isDeleted || countBounds(source.slice(start, end)) === countBounds(text);
    if (text.length < end - start && isBounded) edits.push({ start, end, text });
  };
  const visit = (node: ts.Node): void => {
    for (const text of replacementsOf(node)) replace(node, text);
    for (const list of listsOf(node)) edits.push(...removals(list));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits.sort((a, b) => b.end - b.start - b.text.length - (a.end - a.start - a.text.length));
}

/** Smaller programs to put in place of a node: nothing, one of its parts, a constant. */
function replacementsOf(node: ts.Node): readonly string[] {
  if (ts.isStatement(node) && !ts.isBlock(node)) return ['', ...partsOf(node)];
  if (ts.isBlock(node)) return ts.isBlock(node.parent) ? ['', inner(node)] : [];
  if (ts.isCatchClause(node) || ts.isCaseOrDefaultClause(node)) return [''];
  if (!ts.isExpression(node) || ts.isFunctionLike(node) || !ts.isExpression(node.parent)) {
    return ts.isExpression(node) && node.getText().length > 1 && !ts.isIdentifier(node)
      ? ['0', ...partsOf(node)]
      : [];
  }
  return ['0', ...partsOf(node)];
}

function partsOf(node: ts.Node): readonly string[] {
  const parts: string[] = [];
  ts.forEachChild(node, (child) => {
    if (ts.isBlock(child)) parts.push(inner(child));
    else if (ts.isStatement(node) ? ts.isStatement(child) : ts.isExpression(child))
      parts.push(child.getText());
    else if (ts.isCatchClause(child)) parts.push(inner(child.block));
    else if (ts.isCaseBlock(child)) {
      for (const clause of child.clauses) parts.push(clause.statements.map((s) => s.getText()).join(' '));
    }
  });
  return parts;
}

function inner(block: ts.Block): string {
  return block.statements.map((statement) => statement.getText()).join(' ');
}

function listsOf(node: ts.Node): readonly (readonly ts.Node[])[] {
  if (ts.isBlock(node) || ts.isSourceFile(node)) return [node.statements];
  if (ts.isArrayLiteralExpression(node)) return [node.elements];
  if (ts.isObjectLiteralExpression(node)) return [node.properties];
  if (ts.isCallExpression(node)) return [node.arguments];
  if (ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node)) return [node.elements];
  if (ts.isFunctionLike(node)) return [node.parameters];
  return ts.isVariableDeclarationList(node) ? [node.declarations] : [];
}

/** Halves, quarters, … and single members of a list, with the separators that belong to them. */
function removals(list: readonly ts.Node[]): readonly Edit[] {
  const edits: Edit[] = [];
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < list.length; at += size) {
      const chunk = list.slice(at, at + size);
      const start = (at === 0 ? chunk[0]?.getStart() : list[at - 1]?.end) ?? 0;
      const next = list[at + size];
      const end = at === 0 && next !== undefined ? next.getStart() : (chunk.at(-1)?.end ?? start);
      edits.push({ start, end, text: '' });
    }
  }
  return edits;
}
