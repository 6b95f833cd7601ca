/** The path of a source or of what it is compiled to, without the extension that tells these apart. */
export function withoutExtension(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/, '');
}
