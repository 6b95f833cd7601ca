import { ts } from '../../engine/syntax/ts.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import { endOfLine, indentedPieces, MovedText, type Piece } from './moved-text.ts';
import type { ClassFactoryPlan } from './plan-class-factory.ts';
import { blankLinesLeft, startOfLine } from './extract-server-factory.ts';

/**
 * Moves the setup of a class's server out of the constructor into a method that makes it and puts it into the field; the
 * constructor calls the method, and so can whatever connects the server.
 */
export function extractClassFactory({
  field,
  creation,
  className,
  assignment,
  setup,
}: ClassFactoryPlan): MovedText {
  const file = field.getSourceFile();
  const source = new SourceText(file);
  const { eol, unit, semicolon, isTyped } = source;
  const owner = field.parent;
  const server = `this.${field.name.getText()}`;
  const name = factoryName(owner);
  const indent = source.indentOf(field);
  const constructor = owner.members.find(ts.isConstructorDeclaration);
  const call = `this.${name}()`;
  const last = setup.at(-1);

  const pieces: Piece[] = [];
  let at = 0;
  const copyTo = (offset: number): void => {
    pieces.push({ from: at, to: offset });
    at = offset;
  };
  const replace = (start: number, end: number, text: string): void => {
    copyTo(start);
    pieces.push({ text });
    at = end;
  };
  const changes: { readonly start: number; readonly apply: () => void }[] = [
    { start: field.getStart(file), apply: changeField },
    ...setup.map((statement) => ({
      start: startOfLine(statement, file),
      apply: () => {
        const start = startOfLine(statement, file);
        const line = `${source.indentOf(statement)}${server} = ${call}${semicolon}${eol}`;
        const end = endOfLine(file.text, statement.end);
        const blank = statement === last ? 0 : blankLinesLeft(file.text, start, end);
        replace(start, end + blank, statement === last ? line : '');
      },
    })),
    { start: (constructor ?? field).end, apply: insertMethod },
  ];
  for (const { apply } of changes.sort((a, b) => a.start - b.start)) apply();
  copyTo(file.text.length);
  return new MovedText(file.text, pieces);

  function changeField(): void {
    for (const modifier of field.modifiers ?? [])
      if (modifier.kind === ts.SyntaxKind.ReadonlyKeyword)
        replace(modifier.getStart(file), modifier.end + 1, '');
    if (field.initializer === undefined) return;
    copyTo(field.name.end);
    if (isTyped && field.type === undefined) pieces.push({ text: `: ${className}` });
    if (field.type !== undefined) pieces.push({ from: field.name.end, to: field.type.end });
    at = field.initializer.end;
    if (last === undefined) pieces.push({ text: ` = ${call}` });
  }

  function insertMethod(): void {
    copyTo((constructor ?? field).end);
    const head = isTyped ? `private ${name}(): ${className}` : `${name}()`;
    const inner = indent + unit;
    pieces.push({ text: `${eol}${eol}${indent}${head} {${eol}` });
    if (assignment === undefined) {
      pieces.push({ text: `${inner}${server} = ` });
      pieces.push(...creationPieces(inner), { text: `${semicolon}${eol}` });
    }
    for (const statement of setup) {
      const reindent = { remove: source.indentOf(statement), add: inner };
      pieces.push(...indentedPieces(file, statement, startOfLine(statement, file), reindent));
    }
    pieces.push({ text: `${inner}return ${server}${semicolon}${eol}${indent}}` });
  }

  /** The initializer with all its lines but the first one level deeper. */
  function creationPieces(inner: string): Piece[] {
    const firstLine = file.text.indexOf('\n', creation.getStart(file)) + 1;
    if (firstLine === 0 || firstLine > creation.end)
      return [{ from: creation.getStart(file), to: creation.end }];
    const reindent = { remove: indent, add: inner };
    return [
      { from: creation.getStart(file), to: firstLine },
      ...indentedPieces(file, creation, firstLine, reindent, creation.end),
    ];
  }
}

function factoryName(owner: ts.ClassLikeDeclaration): string {
  const taken = new Set(owner.members.map((member) => member.name?.getText()));
  return taken.has('createServer') ? 'createMcpServer' : 'createServer';
}
