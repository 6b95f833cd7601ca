/**
 * One value for every copy of this package's runtime that a process loads: a project may import some of its files as ES
 * modules and require others, and both builds must know the same requests. The key names what the value looks like, so a
 * copy that keeps something else under this name has to change the number.
 */
export function processWide<T extends object>(name: string, make: () => T): T {
  const key = Symbol.for(`mrtr.${name}.1`);
  const shared = globalThis as { [key]?: T };
  return (shared[key] ??= make());
}
