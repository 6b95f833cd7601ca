import { fileURLToPath } from 'node:url';

import { Project } from 'ts-morph';

import { ts } from '../../engine/syntax/ts.ts';

/** One checked file and what the passes need of its program. */
export interface CheckedFile {
  readonly file: ts.SourceFile;
  readonly checker: ts.TypeChecker;
  readonly options: ts.CompilerOptions;
}

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Type-checks a source text as a file of this repository, so that it can import the real SDK packages. */
export function checkText(text: string, name = 'under-test.ts'): CheckedFile {
  const project = new Project({
    tsConfigFilePath: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
    skipAddingFilesFromTsConfig: true,
  });
  const path = folder + name;
  project.createSourceFile(path, text);
  project.resolveSourceFileDependencies();
  const program = project.getProgram().compilerObject;
  const file = program.getSourceFile(path);
  if (file === undefined) throw new Error(`${path} is not part of the program`);
  return { file, checker: program.getTypeChecker(), options: project.getCompilerOptions() };
}

/** The descendants of a node that pass a type guard, in source order. */
export function nodesOf<Found extends ts.Node>(
  root: ts.Node,
  is: (node: ts.Node) => node is Found,
): readonly Found[] {
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (is(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

/** The only declaration of a variable with this name. */
export function variable(root: ts.Node, name: string): ts.VariableDeclaration {
  const [found, ...more] = nodesOf(root, ts.isVariableDeclaration).filter((d) => d.name.getText() === name);
  if (found === undefined || more.length > 0) throw new Error(`not one variable ${name}`);
  return found;
}
