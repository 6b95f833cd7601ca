import { unplugin } from '../unplugin.ts';

/** The plugin for Vite, and Vitest. */
export const mrtr = unplugin.vite;
