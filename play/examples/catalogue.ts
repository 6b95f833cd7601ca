/** The built-in examples, in the order in which they are offered; the first one is shown at the start. */
export const EXAMPLES: readonly { readonly file: string; readonly title: string }[] = [
  { file: 'publish-release.ts', title: 'Two questions, effects between them' },
  { file: 'delete-folder.ts', title: 'One question, nothing to carry' },
  { file: 'yank-versions.ts', title: 'A loop that asks' },
  { file: 'close-account.ts', title: 'A helper that asks' },
  { file: 'plan-trip.ts', title: 'Three questions at once' },
  { file: 'move-rows.ts', title: 'Refused: what cannot travel' },
];
