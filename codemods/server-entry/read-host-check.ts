import { ts } from '../../engine/syntax/ts.ts';
import { isHttpTransport } from './sdk-symbols.ts';
import { constantOf } from './server-factory.ts';

/** Which hosts and origins a transport lets through, as the program tells it. */
export interface HostCheckOptions {
  /** The properties, as they are written. */
  readonly text: string;
  readonly values: readonly ts.Expression[];
}

const SWITCH = 'enableDnsRebindingProtection';
const OPTIONS: ReadonlySet<string | undefined> = new Set([SWITCH, 'allowedHosts', 'allowedOrigins']);

const UNKNOWN = 'the hosts that its transport allows cannot be told';

/**
 * The check of `Host` and `Origin` that the Streamable HTTP transports of a file do themselves. Requests of the modern era
 * do not reach a transport, so the routing in front of it has to check the same.
 * @returns undefined where no transport checks; why the check cannot be repeated
 */
export function readHostCheck(
  file: ts.SourceFile,
  program: ts.Program,
): HostCheckOptions | string | undefined {
  const named = program.getSourceFiles().filter((other) => !other.isDeclarationFile && namesSwitch(other));
  if (named.length === 0) return undefined;
  const checker = program.getTypeChecker();
  const checks: (HostCheckOptions | string | undefined)[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && isHttpTransport(node, 'any', checker)) {
      const [given] = node.arguments ?? [];
      checks.push(given && readHostOptions(given, checker));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  // One that is created elsewhere may have been told to check there.
  if (checks.length === 0) return UNKNOWN;
  const found = checks.filter((check) => check !== undefined);
  return found.length > 0 && checks.length > 1 ? UNKNOWN : found[0];
}

function namesSwitch({ text }: ts.SourceFile): boolean {
  return text.includes(SWITCH);
}

/** What the options that one transport is created with say of hosts and origins; undefined where it does not check. */
export function readHostOptions(
  given: ts.Expression,
  checker: ts.TypeChecker,
): HostCheckOptions | string | undefined {
  const options = constantOf(given, checker)?.initializer ?? given;
  if (!ts.isObjectLiteralExpression(options) || options.properties.some(ts.isSpreadAssignment))
    return UNKNOWN;
  const check = options.properties.filter(({ name }) => OPTIONS.has(name?.getText()));
  const enabled = check.find(({ name }) => name?.getText() === SWITCH);
  if (enabled === undefined) return undefined;
  // Its names mean nothing in this file.
  if (options.getSourceFile() !== given.getSourceFile()) return UNKNOWN;
  const values = check.map((property) => {
    if (ts.isPropertyAssignment(property)) return property.initializer;
    return ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
  });
  if (!values.every((value) => value !== undefined)) return UNKNOWN;
  return { text: `{ ${check.map((property) => property.getText()).join(', ')} }`, values };
}
