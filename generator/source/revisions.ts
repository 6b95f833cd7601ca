/**
 * The published revisions and the SHA-256 of each one's canonical text (see `canonicalDigest`), from the specification
 * repository's `schema/<revision>/schema.json`. `draft` moves, so nothing is pinned for it.
 */
export const PINNED_DIGESTS = {
  '2024-11-05': '866041c5c4d3bbf0a03fef38ef5c6db46aad13467cb384c3eb1bdf9a2f197d9f',
  '2025-03-26': '35e76331022d571aa8953d1d57c2bb1440f5bdbe98096ea705a7232d6c65eed7',
  '2025-06-18': 'ebfe1f0186fe0528776c385357ce44cd37df8e00cde8cfa912315a0497f4ceb6',
  '2025-11-25': '26d2b94116c7e84b74664ae8b6a5144e8f80c308630c84e73d117cbd16373ce6',
  '2026-07-28': '96e9f3815e58709015a2faec87131467d72020316652c0e7ad10e185bd2eaf81',
} as const satisfies Readonly<Record<string, string>>;

export type PublishedRevision = keyof typeof PINNED_DIGESTS;
export type Revision = PublishedRevision | 'draft';

export const LATEST_REVISION: PublishedRevision = '2026-07-28';

/** Every word `--schema` takes as a revision. */
export const REVISION_NAMES: readonly string[] = [...Object.keys(PINNED_DIGESTS), 'draft', 'latest'];

/** `latest` resolved; undefined when `name` is not a revision. */
export function parseRevision(name: string): Revision | undefined {
  if (name === 'latest') return LATEST_REVISION;
  return name === 'draft' || Object.hasOwn(PINNED_DIGESTS, name) ? (name as Revision) : undefined;
}

export function pinnedDigest(revision: Revision): string | undefined {
  return revision === 'draft' ? undefined : PINNED_DIGESTS[revision];
}
