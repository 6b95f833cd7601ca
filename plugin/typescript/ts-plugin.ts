import type { ts } from '../../engine/syntax/ts.ts';
import { RUNTIME_MODULE } from '../../engine/compiled/runtime-module.ts';
import { compileModule } from '../compile-module.ts';
import { toTsDiagnostic } from './to-ts-diagnostic.ts';

/** What of `ts.server.PluginCreateInfo` is used. */
interface PluginCreateInfo {
  readonly languageService: ts.LanguageService;
}

/**
 * A plugin of TypeScript's language service (`{ "name": "mrtr/ts-plugin" }`): editors show what keeps a marked function
 * from being compiled, while it is written.
 */
function createPlugin(): { create(info: PluginCreateInfo): ts.LanguageService } {
  return { create: ({ languageService }) => withOurDiagnostics(languageService) };
}

function withOurDiagnostics(service: ts.LanguageService): ts.LanguageService {
  // A source file is made anew whenever its text changes.
  const known = new WeakMap<ts.SourceFile, readonly ts.Diagnostic[]>();
  const ours = (fileName: string): readonly ts.Diagnostic[] => {
    const file = service.getProgram()?.getSourceFile(fileName);
    if (file === undefined) return [];
    const diagnostics = known.get(file) ?? diagnose(file);
    known.set(file, diagnostics);
    return diagnostics;
  };
  const theirs = service.getSemanticDiagnostics.bind(service);
  return {
    ...service,
    getSemanticDiagnostics: (fileName) => [...theirs(fileName), ...ours(fileName)],
  };
}

function diagnose(file: ts.SourceFile): readonly ts.Diagnostic[] {
  if (!file.text.includes(RUNTIME_MODULE)) return [];
  const { diagnostics, notes } = compileModule(file.text, file.fileName);
  return [...diagnostics, ...notes].map((one) => toTsDiagnostic(one, file));
}

// What `require` gives: tsserver expects the function itself.
export { createPlugin as 'module.exports' };
