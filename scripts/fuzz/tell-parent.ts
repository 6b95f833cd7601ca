/**
 * Sends a message to the process that forked this one. A long text does not fit into the channel at once, and a process that
 * disconnects before the rest is written loses it.
 * @returns when the message is written
 */
export function tellParent(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error === null ? resolve() : reject(error)));
  });
}
