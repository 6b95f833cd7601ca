import { unplugin } from '../unplugin.ts';

/** The plugin for Rolldown, and tsdown. */
export const mrtr = unplugin.rolldown;
