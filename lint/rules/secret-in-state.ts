import { diag } from '../../diagnostics/catalog.gen.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { LintRule } from '../lint-rule.ts';
import { resolveValue } from '../sdk-calls.ts';

/** Words of a name that say its value must not be shown; a count or a limit of tokens is none. */
const SECRET =
  /^(pass(word|wd|phrase|code)|secret|token|credentials?|(api|private|secret|access|signing|encryption)_key|authorization|cookie|jwt|otp|pin)$|_(password|passphrase|secret|token|credentials?|api_key|private_key|jwt|otp)$|^(api_?key|private_?key)s?$/;

/**
 * A secret in a state that its reader can read. The SDK's codec signs and does not encrypt, so the client, and whoever
 * logs what it sends, sees the payload. `mrtr/runtime` encrypts.
 */
export const secretInState: LintRule = {
  name: 'secret-in-state',
  validate: ({ functions, checker }) => {
    return functions.flatMap(({ ends }) => {
      return ends.flatMap(({ built }) => {
        const seal = built?.seal;
        if (seal?.payload === undefined || (seal.by !== 'sdk' && seal.by !== 'plain')) return [];
        const how = seal.by === 'sdk' ? 'signed, not encrypted' : 'neither signed nor encrypted';
        return findSecrets(seal.payload, checker).map(({ node, name }) =>
          diag.secretInState(spanOf(node), { name, how }),
        );
      });
    });
  },
};

interface NamedValue {
  readonly node: ts.Node;
  readonly name: string;
}

function findSecrets(payload: ts.Expression, checker: ts.TypeChecker): readonly NamedValue[] {
  const value = resolveValue(payload, checker);
  if (!ts.isObjectLiteralExpression(value))
    return isSecretName(payload) ? [{ node: payload, name: payload.getText() }] : [];
  return value.properties.flatMap((property) => {
    if (property.name === undefined) return [];
    const name = property.name.getText().replaceAll(/['"]/g, '');
    const initializer = ts.isPropertyAssignment(property) ? property.initializer : undefined;
    // A flag such as `token: true` or a literal is no secret of anybody.
    if (initializer !== undefined && (isFlag(initializer) || ts.isLiteralExpression(initializer))) return [];
    if (isSecret(name)) return [{ node: property, name }];
    if (initializer === undefined) return [];
    return ts.isObjectLiteralExpression(initializer) || isSecretName(initializer)
      ? findSecrets(initializer, checker)
      : [];
  });
}

function isFlag({ kind }: ts.Node): boolean {
  return kind === ts.SyntaxKind.TrueKeyword || kind === ts.SyntaxKind.FalseKeyword;
}

function isSecretName(node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node)) return isSecret(node.name.text);
  return ts.isIdentifier(node) && isSecret(node.text);
}

function isSecret(name: string): boolean {
  return SECRET.test(
    name
      .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toLowerCase(),
  );
}
