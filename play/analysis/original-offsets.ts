import { diffWordsWithSpace } from 'diff';

/**
 * Where offsets of a changed text were before it was changed.
 * @returns for an offset in `after` the one in `before`; inside of what was added, where it was added
 */
export function originalOffsets(before: string, after: string): (offset: number) => number {
  const kept: { readonly before: number; readonly after: number; readonly length: number }[] = [];
  let [old, current] = [0, 0];
  for (const { value, added, removed } of diffWordsWithSpace(before, after)) {
    if (!added && !removed) kept.push({ before: old, after: current, length: value.length });
    if (!added) old += value.length;
    if (!removed) current += value.length;
  }
  return (offset) => {
    const part = kept.findLast((one) => one.after <= offset);
    return part === undefined ? 0 : part.before + Math.min(offset - part.after, part.length);
  };
}
