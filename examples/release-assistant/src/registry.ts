/** The versions that may be published next, as a registry would propose them. */
const CURRENT: Record<string, [major: number, minor: number, patch: number]> = {
  parser: [1, 4, 2],
  printer: [0, 9, 0],
};

export function currentVersion(pkg: string): string {
  return (CURRENT[pkg] ?? [0, 0, 0]).join('.');
}

export async function nextVersions(pkg: string): Promise<string[]> {
  const [major, minor, patch] = CURRENT[pkg] ?? [0, 0, 0];
  return [`${major}.${minor}.${patch + 1}`, `${major}.${minor + 1}.0`, `${major + 1}.0.0`];
}

export function isMajor(pkg: string, version: string): boolean {
  return version.split('.')[0] !== currentVersion(pkg).split('.')[0];
}
