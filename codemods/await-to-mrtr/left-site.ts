import type { ts } from '../../engine/syntax/ts.ts';
import type { MigratedSite } from '../project/migration.ts';
import { enclosingFunctionName } from './enclosing-function.ts';

/** A call that asks and stays as it is, for a reason that is reported. */
export function leftSite(call: ts.CallExpression): MigratedSite {
  const file = call.getSourceFile();
  return {
    file: file.fileName,
    line: file.getLineAndCharacterOfPosition(call.getStart()).line + 1,
    handler: enclosingFunctionName(call),
    asks: 1,
    outcome: 'diagnosed',
  };
}
