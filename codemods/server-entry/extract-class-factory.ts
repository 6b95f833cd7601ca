import { ts } from '../../engine/syntax/ts.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import { blankLinesLeft, startOfLine } from './extract-server-factory.ts';
import { endOfLine, indentedPieces, MovedText, type Piece } from './moved-text.ts';
import type { ClassFactoryPlan } from './plan-class-factory.ts';

/**
 * Moves the setup of a class's server out of the constructor into a method that makes it and puts it into the field; the
 * constructor calls the method, and so can whatever connects the server.
 */
export function extractClassFactory(plan: ClassFactoryPlan): MovedText {
  return new ClassFactoryWriter(plan).write();
}

class ClassFactoryWriter {
  readonly #plan: ClassFactoryPlan;
  readonly #file: ts.SourceFile;
  readonly #source: SourceText;
  /** `this.server` */
  readonly #server: string;
  readonly #method: string;
  readonly #pieces: Piece[] = [];
  #at = 0;

  constructor(plan: ClassFactoryPlan) {
    this.#plan = plan;
    this.#file = plan.field.getSourceFile();
    this.#source = new SourceText(this.#file);
    this.#server = `this.${plan.field.name.getText()}`;
    const taken = new Set(plan.field.parent.members.map((member) => member.name?.getText()));
    this.#method = taken.has('createServer') ? 'createMcpServer' : 'createServer';
  }

  write(): MovedText {
    const { field, setup } = this.#plan;
    const behind = field.parent.members.find(ts.isConstructorDeclaration) ?? field;
    const changes = [
      { start: field.getStart(), apply: () => this.#changeField() },
      ...setup.map((statement) => ({
        start: startOfLine(statement, this.#file),
        apply: () => this.#takeOut(statement),
      })),
      { start: behind.end, apply: () => this.#insertMethod(behind.end) },
    ];
    for (const { apply } of changes.sort((a, b) => a.start - b.start)) apply();
    this.#copyTo(this.#file.text.length);
    return new MovedText(this.#file.text, this.#pieces);
  }

  #copyTo(offset: number): void {
    this.#pieces.push({ from: this.#at, to: offset });
    this.#at = offset;
  }

  #replace(start: number, end: number, text: string): void {
    this.#copyTo(start);
    this.#pieces.push({ text });
    this.#at = end;
  }

  /** A field that is assigned anew for each connection, with the type that its initializer gave it. */
  #changeField(): void {
    const { field, className, setup } = this.#plan;
    const { name, modifiers = [], initializer, type } = field;
    const readonly = modifiers.find(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword);
    if (readonly !== undefined) this.#replace(readonly.getStart(), readonly.end + 1, '');
    if (initializer === undefined) return;
    this.#copyTo(type?.end ?? name.end);
    if (this.#source.isTyped && type === undefined) this.#pieces.push({ text: `: ${className}` });
    if (setup.length === 0) this.#pieces.push({ text: ` = this.${this.#method}()` });
    this.#at = initializer.end;
  }

  /** In place of the last statement of the setup stands the call. */
  #takeOut(statement: ts.Statement): void {
    const { text } = this.#file;
    const start = startOfLine(statement, this.#file);
    const end = endOfLine(text, statement.end);
    if (statement !== this.#plan.setup.at(-1)) {
      this.#replace(start, end + blankLinesLeft(text, start, end), '');
      return;
    }
    const { eol, semicolon } = this.#source;
    const call = `${this.#server} = this.${this.#method}()${semicolon}${eol}`;
    this.#replace(start, end, this.#source.indentOf(statement) + call);
  }

  #insertMethod(offset: number): void {
    const { field, className, creation, assignment, setup } = this.#plan;
    const { eol, semicolon, unit, isTyped } = this.#source;
    const indent = this.#source.indentOf(field);
    const inner = indent + unit;
    const head = isTyped ? `private ${this.#method}(): ${className}` : `${this.#method}()`;
    const line = (text: string): Piece => ({ text: text + eol });
    const made =
      assignment === undefined
        ? [
            { text: `${inner}${this.#server} = ` },
            ...this.#indented(creation, indent, inner),
            line(semicolon),
          ]
        : [];
    this.#copyTo(offset);
    this.#pieces.push(
      line(''),
      line(''),
      line(`${indent}${head} {`),
      ...made,
      ...setup.flatMap((statement) =>
        indentedPieces(this.#file, statement, startOfLine(statement, this.#file), {
          remove: this.#source.indentOf(statement),
          add: inner,
        }),
      ),
      line(`${inner}return ${this.#server}${semicolon}`),
      { text: `${indent}}` },
    );
  }

  /** An expression with all its lines but the first one at another indentation. */
  #indented(expression: ts.Expression, remove: string, add: string): Piece[] {
    const start = expression.getStart();
    const second = this.#file.text.indexOf('\n', start) + 1;
    if (second === 0 || second > expression.end) return [{ from: start, to: expression.end }];
    return [
      { from: start, to: second },
      ...indentedPieces(this.#file, expression, second, { remove, add }, expression.end),
    ];
  }
}
