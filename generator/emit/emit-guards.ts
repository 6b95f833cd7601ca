import { INPUT_REQUIRED_RESULT } from '../model/build-model.ts';
import type { SchemaModel } from '../model/build-model.ts';
import { emitTypeImport } from './emit-responses.ts';
import { readTemplate } from '../../templates/read-template.ts';

/** Guards that narrow by `method` and, in revisions that have it, by `resultType`. */
export function emitGuards(model: SchemaModel): string {
  const asksForInput = model.document.definitions.has(INPUT_REQUIRED_RESULT);
  const types = ['NotificationByMethod', 'RequestByMethod'];
  if (!asksForInput)
    return [emitTypeImport(types, './responses.js'), readTemplate('generator/message-guards.ts')].join(
      '\n\n',
    );
  return [
    emitTypeImport([...types, 'InputRequired', 'MethodWithInputRequired'], './responses.js'),
    `import { methodsWithInputRequired } from './responses.js';`,
    readTemplate('generator/guards.ts'),
    readTemplate('generator/message-guards.ts'),
  ].join('\n\n');
}
