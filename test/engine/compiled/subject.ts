import { Script } from 'node:vm';

import { compile } from '../../../engine/compiled/compile.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import type { rematerialize, transient } from '../../../runtime/remedies.ts';
import type { markResumable } from './mark-resumable.ts';

export type Recorder = (...values: unknown[]) => void;
export interface Remedies {
  readonly rematerialize: typeof rematerialize;
  readonly transient: typeof transient;
}
/** `remedies` may be left out for a program that uses none. */
export type Program = (mark: typeof markResumable, record: Recorder, remedies?: Remedies) => unknown;

const HEADER = `import { rematerialize, resumable, transient } from 'mrtr/runtime';\n`;

/**
 * One handler under test in the forms it runs in, each built once: as written, compiled, and compiled from another layout
 * of the same text.
 */
export class Subject {
  readonly source: string;
  readonly #isTypeScript: boolean;
  #native: Script | undefined;
  #compiled: Script | undefined;
  #reformatted: Script | undefined;

  /** `source` declares `handler = resumable(async (ask) => …)`; `log(…)` records an effect. */
  constructor(source: string, language: 'js' | 'ts' = 'js') {
    this.source = source;
    this.#isTypeScript = language === 'ts';
  }

  get native(): Script {
    return (this.#native ??= this.#script(this.source));
  }

  get compiled(): Script {
    return (this.#compiled ??= this.#script(this.#compile(this.source)));
  }

  get reformatted(): Script {
    return (this.#reformatted ??= this.#script(this.#compile(this.#reformat())));
  }

  #compile(source: string): string {
    const { code, diagnostics } = compile(HEADER + source, { filename: this.#filename });
    if (diagnostics.length > 0) throw new Error(diagnostics.map((d) => d.title).join('\n'));
    return code.replace(HEADER, '');
  }

  /** White space, quotes and comments as another formatter would have left them. */
  #reformat(): string {
    const file = ts.createSourceFile(this.#filename, this.source, ts.ScriptTarget.Latest, true);
    const printed = ts.createPrinter({ newLine: ts.NewLineKind.LineFeed }).printFile(file);
    return `// reformatted\n${printed}`;
  }

  #script(program: string): Script {
    const text = this.#isTypeScript ? withoutTypes(program) : program;
    return new Script(
      `(resumable, log, remedies) => { 'use strict'; const { rematerialize, transient } = remedies ?? {}; ${text}\nreturn handler; }`,
    );
  }

  get #filename(): string {
    return this.#isTypeScript ? 'case.ts' : 'case.js';
  }
}

function withoutTypes(program: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(program, { compilerOptions }).outputText;
}
