/** The lines that the SDK's codemod puts above what it leaves to people; we report and mark these places ourselves. */
const MARKER = /^[ \t]*\/\* @mcp-codemod-error [^\n]*? \*\/[ \t]*(?:\r?\n|$)/gm;

export function removeMarkers(text: string): string {
  return text.replaceAll(MARKER, '');
}
