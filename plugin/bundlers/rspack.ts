import { unplugin } from '../unplugin.ts';

/** The plugin for Rspack. */
export const mrtr = unplugin.rspack;
