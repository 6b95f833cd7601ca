import { ts } from './ts.ts';

/**
 * The program as it would be with other texts in some of its files; what did not change is shared with the old one.
 * @param disk where the program was read from
 */
export function replaceTexts(
  program: ts.Program,
  texts: ReadonlyMap<string, string>,
  disk: ts.ModuleResolutionHost = ts.sys,
): ts.Program {
  const options = program.getCompilerOptions();
  const changed = new Map(
    [...texts].map(([name, text]) => {
      const old = program.getSourceFile(name);
      const file = ts.createSourceFile(
        name,
        text,
        {
          languageVersion: old?.languageVersion ?? ts.ScriptTarget.ESNext,
          impliedNodeFormat: old?.impliedNodeFormat,
        },
        true,
      );
      return [name, file] as const;
    }),
  );
  // The libraries of the old program may stand in another place than those of this TypeScript.
  const library = program.getSourceFiles().find((file) => program.isSourceFileDefaultLibrary(file))?.fileName;
  const libraries = library?.replace(/[\\/][^\\/]*$/, '') ?? '';
  const host: ts.CompilerHost = {
    ...readOnlyHost(disk, program.getCurrentDirectory()),
    getDefaultLibLocation: () => libraries,
    getDefaultLibFileName: (of) => `${libraries}/${ts.getDefaultLibFileName(of)}`,
    getSourceFile: (name, language) =>
      changed.get(name) ?? sharedFile(program, name) ?? readSourceFile(disk, name, language),
  };
  return ts.createProgram({ rootNames: program.getRootFileNames(), options, host, oldProgram: program });
}

function readOnlyHost(
  disk: ts.ModuleResolutionHost,
  directory: string,
): Omit<ts.CompilerHost, 'getSourceFile' | 'getDefaultLibFileName'> {
  const { useCaseSensitiveFileNames: tells = true } = disk;
  const isCaseSensitive = typeof tells === 'function' ? tells() : tells;
  return {
    fileExists: (name) => disk.fileExists(name),
    readFile: (name) => disk.readFile(name),
    directoryExists: (name) => disk.directoryExists?.(name) ?? true,
    getDirectories: (name) => disk.getDirectories?.(name) ?? [],
    realpath: (name) => disk.realpath?.(name) ?? name,
    writeFile: () => undefined,
    getCurrentDirectory: () => directory,
    useCaseSensitiveFileNames: () => isCaseSensitive,
    getCanonicalFileName: (name) => (isCaseSensitive ? name : name.toLowerCase()),
    getNewLine: () => '\n',
  };
}

function readSourceFile(
  disk: ts.ModuleResolutionHost,
  name: string,
  language: ts.ScriptTarget | ts.CreateSourceFileOptions,
): ts.SourceFile | undefined {
  const text = disk.readFile(name);
  return text === undefined ? undefined : ts.createSourceFile(name, text, language, true);
}

/**
 * A file of the old program that a new one may take over. Of a package that is installed twice in one version, a program
 * holds one copy, and in the place of the other a stand-in that no host may return (`redirectInfo`, TypeScript's own).
 */
function sharedFile(program: ts.Program, name: string): ts.SourceFile | undefined {
  const file = program.getSourceFile(name);
  return file !== undefined && 'redirectInfo' in file && file.redirectInfo !== undefined ? undefined : file;
}
