import { dirname } from 'node:path';

import { Project } from 'ts-morph';

import type { ExplainedUnit, ExplainedVariable } from '../engine/compiled/explain.ts';
import { ts } from '../engine/syntax/ts.ts';
import { estimateSize } from './estimate-size.ts';

/** Types that say nothing to a reader, or too much. */
const MAX_TYPE = 60;

/**
 * Adds types and sizes to what is explained of `path`, when a tsconfig.json is at hand: only then is it known what the
 * names of the file mean.
 */
export function addTypes(units: readonly ExplainedUnit[], path: string): readonly ExplainedUnit[] {
  const program = createProgram(path);
  const source = program?.getSourceFile(path);
  if (program === undefined || source === undefined) return units;
  const checker = program.getTypeChecker();
  const describe = (variable: ExplainedVariable): ExplainedVariable => {
    const { declaredAt } = variable;
    const node = declaredAt && identifierAt(source, declaredAt.start, declaredAt.end);
    if (node === undefined) return variable;
    const type = checker.getTypeAtLocation(node);
    const text = checker.typeToString(type, node, ts.TypeFormatFlags.NoTruncation);
    const size = estimateSize(type, checker);
    return {
      ...variable,
      type: text.length > MAX_TYPE ? `${text.slice(0, MAX_TYPE)}…` : text,
      ...(size === undefined ? {} : { size }),
    };
  };
  return units.map((unit) => ({
    ...unit,
    functions: unit.functions.map((one) => ({
      ...one,
      captured: one.captured.map(describe),
      suspensionPoints: one.suspensionPoints.map((point) => ({
        ...point,
        carried: point.carried.map(describe),
      })),
    })),
  }));
}

function createProgram(path: string): ts.Program | undefined {
  const configPath = ts.findConfigFile(dirname(path), (file) => ts.sys.fileExists(file));
  if (configPath === undefined) return undefined;
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    // The program is that of the file and what it imports.
    readDirectory: () => [],
    onUnRecoverableConfigFileDiagnostic: () => undefined,
  };
  const compilerOptions = ts.getParsedCommandLineOfConfigFile(configPath, {}, host)?.options;
  if (compilerOptions === undefined) return undefined;
  // ts-morph brings the libraries of the language along.
  const project = new Project({ compilerOptions, skipAddingFilesFromTsConfig: true });
  project.addSourceFileAtPath(path);
  project.resolveSourceFileDependencies();
  return project.getProgram().compilerObject;
}

function identifierAt(node: ts.Node, start: number, end: number): ts.Identifier | undefined {
  if (ts.isIdentifier(node) && node.end === end) return node;
  if (node.pos > start || node.end < end) return undefined;
  return ts.forEachChild(node, (child) => identifierAt(child, start, end));
}
