/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { Playground, type Assets } from './playground.ts';
import { fromHash } from './share-link.ts';

// The build puts the assets in front of this script, and `mrtr play <file>` the file into the page.
const { playAssets } = globalThis as unknown as { readonly playAssets: Assets };
const opened = document.getElementById('source')?.textContent;
const given = opened ? (JSON.parse(opened) as string) : undefined;

const playground = new Playground(document, playAssets);
playground.open((await fromHash(location.hash)) ?? given ?? playAssets.examples[0]?.text ?? '');
