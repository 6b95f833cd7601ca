import { dirname, resolve } from 'node:path';

import { Project } from 'ts-morph';

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { lintFiles } from '../../lint/lint-files.ts';

/** Lints files one by one, as an editor or ESLint brings them. */
export interface LintService {
  /**
   * @param fileName absolute
   * @param text what the file holds in the editor, which may differ from the disk
   */
  lint(fileName: string, text: string): readonly Diagnostic[];
}

/**
 * Keeps one program for each tsconfig, so that a changed file costs its own check and not the project's. It reads
 * types with the TypeScript of this package whatever parser ESLint uses, so the rules are those of `mrtr check`.
 */
export function createLintService(): LintService {
  const projects = new Map<string, LintedProject>();
  let last: { fileName: string; text: string; findings: readonly Diagnostic[] } | undefined;
  return {
    lint(fileName, text) {
      if (!concernsMcp(text)) return [];
      // ESLint runs one rule after the other over the same text.
      if (last?.fileName === fileName && last.text === text) return last.findings;
      const config = ts.findConfigFile(dirname(fileName), (path) => ts.sys.fileExists(path)) ?? '';
      const project = projects.get(config) ?? new LintedProject(config);
      projects.set(config, project);
      const findings = project.lint(fileName, text);
      last = { fileName, text, findings };
      return findings;
    },
  };
}

/** Every file that ends a round takes something of the SDK. */
function concernsMcp(text: string): boolean {
  return text.includes('@modelcontextprotocol/') || text.includes('mrtr/runtime');
}

const WITHOUT_CONFIG: ts.CompilerOptions = {
  allowJs: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  strict: true,
};

class LintedProject {
  readonly #project: Project;
  /** The files that may matter: their names, and the text an editor shows of them. */
  readonly #files = new Map<string, string | undefined>();

  constructor(config: string) {
    const { options, fileNames } = readConfig(config);
    this.#project = new Project({ compilerOptions: options, skipAddingFilesFromTsConfig: true });
    const names = fileNames.map((name) => resolve(name));
    for (const name of names) if (concernsMcp(ts.sys.readFile(name) ?? '')) this.#files.set(name, undefined);
    this.#project.addSourceFilesAtPaths([...this.#files.keys()]);
    this.#project.resolveSourceFileDependencies();
  }

  lint(fileName: string, text: string): readonly Diagnostic[] {
    const name = resolve(fileName);
    this.#show(name, text);
    const program = this.#project.getProgram().compilerObject;
    const file = program.getSourceFile(name);
    if (file === undefined) return [];
    const server = [...this.#files.keys()].flatMap((path) => program.getSourceFile(path) ?? []);
    return lintFiles([file], program.getTypeChecker(), server);
  }

  /** A text that differs from what was read means an editor, so that the other files may have changed as well. */
  #show(name: string, text: string): void {
    const known = this.#project.getSourceFile(name);
    const isShown = known !== undefined && known.getFullText() === text;
    this.#files.set(name, text);
    if (isShown) return;
    this.#project.createSourceFile(name, text, { overwrite: true });
    for (const [path, shown] of this.#files)
      if (shown === undefined) this.#project.getSourceFile(path)?.refreshFromFileSystemSync();
    this.#project.resolveSourceFileDependencies();
  }
}

function readConfig(path: string): Pick<ts.ParsedCommandLine, 'options' | 'fileNames'> {
  if (path === '') return { options: WITHOUT_CONFIG, fileNames: [] };
  const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as { config?: unknown };
  return ts.parseJsonConfigFileContent(config ?? {}, ts.sys, dirname(path), undefined, path);
}
