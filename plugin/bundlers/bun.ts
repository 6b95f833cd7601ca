import { unplugin } from '../unplugin.ts';

/** The plugin for Bun.build. */
export const mrtr = unplugin.bun;
