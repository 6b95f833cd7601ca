import { unplugin } from '../unplugin.ts';

/** The plugin for webpack. */
export const mrtr = unplugin.webpack;
