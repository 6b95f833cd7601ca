import { unplugin } from '../unplugin.ts';

/** The plugin for esbuild, and tsup. */
export const mrtr = unplugin.esbuild;
