/** Whether a file is a test by the names that test runners look for (Vitest, Jest, node:test, Mocha); the path is relative to the project. */
export function isTestFile(path: string): boolean {
  return /[.-](?:test|spec)\.[cm]?[jt]sx?$|(?:^|[/\\])(?:__tests__|__mocks__|tests?)[/\\]/.test(path);
}
