import { unplugin } from '../unplugin.ts';

/** The plugin for Rollup. */
export const mrtr = unplugin.rollup;
