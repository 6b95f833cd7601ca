/**
 * The module whose `resumable` marks functions. A file without this text has nothing to compile, which hosts find out
 * before they load the compiler.
 */
export const RUNTIME_MODULE = 'mrtr/runtime';
