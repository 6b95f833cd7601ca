/** What the handlers did, in order. */
export const effects: string[] = [];

export function effect(name: string): Promise<string> {
  effects.push(name);
  return Promise.resolve(name);
}

/** Never finishes by itself, as a slow service would. */
export async function untilAborted(signal: AbortSignal): Promise<never> {
  effects.push('waiting');
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      effects.push('aborted');
      reject(new Error('aborted'));
    });
  });
}
