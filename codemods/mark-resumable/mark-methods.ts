import { markedMethods, staticMarkOf } from '../../engine/find/marked-methods.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { TextEdit } from '../edits.ts';

/** Names methods in a static block of their class: `static { resumable(this, 'approve'); }`. They stay methods. */
export function markMethods(methods: readonly ts.MethodDeclaration[]): readonly TextEdit[] {
  const holders = new Map<ts.ClassLikeDeclaration, ts.MethodDeclaration[]>();
  for (const method of methods) {
    if (!ts.isClassLike(method.parent)) continue;
    const others = holders.get(method.parent) ?? [];
    const isKnown = [...others, ...markedMethods(method.parent)].some((name) =>
      typeof name === 'string' ? name === nameOf(method) : nameOf(name) === nameOf(method),
    );
    if (!isKnown) holders.set(method.parent, [...others, method]);
  }
  return [...holders].map(([holder, own]) =>
    markIn(holder, own.map((method) => `'${nameOf(method)}'`).join(', ')),
  );
}

function nameOf({ name }: ts.MethodDeclaration): string {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : name.getText();
}

function markIn(holder: ts.ClassLikeDeclaration, names: string): TextEdit {
  const mark = staticMarkOf(holder);
  const last = mark?.arguments.at(-1);
  if (last !== undefined) return { start: last.end, end: last.end, newText: `, ${names}` };
  const member = holder.members.at(-1);
  const at = member?.end ?? holder.members.end;
  const { text } = holder.getSourceFile();
  const newLine = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = indentOf(text, member?.getStart() ?? at);
  const step = indent.includes('\t') ? '\t' : '  ';
  const lines = ['', '', `${indent}static {`, `${indent}${step}resumable(this, ${names});`, `${indent}}`];
  return { start: at, end: at, newText: lines.join(newLine) };
}

function indentOf(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? '';
}
