import type { Project } from 'ts-morph';

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { HandlerFlow } from './handler-flow.ts';
import type { UnitProjects } from './unit-projects.ts';

export interface MigrationOptions {
  readonly dir: string;
  /** What seals the state: our own codec, or the HMAC codec of the SDK. */
  readonly codec: 'mrtr' | 'sdk';
  /**
   * `readable` rewrites handlers and leaves the others as they are; `fallback` marks those for the compiler; `compiled`
   * marks all. Default `readable`.
   */
  readonly form?: HandlerForm;
  /** Absolute paths of files that must stay as they are: their rewrite was found wrong. */
  readonly skip?: ReadonlySet<string>;
  /** Absolute paths of files whose handlers are not to be had in the readable form: that rewrite was found wrong. */
  readonly unreadable?: ReadonlySet<string>;
  /** Decides about single handlers: how to report one that must stay as it is, undefined for one to migrate. */
  readonly leave?: (handler: HandlerId) => 'ignored' | 'diagnosed' | undefined;
  /** The handlers that the compiler is to have although they could be rewritten; needs a form other than `readable`. */
  readonly compiles?: (handler: HandlerId) => boolean;
  /** Texts to migrate instead of what is on disk, by absolute path. */
  readonly base?: ReadonlyMap<string, string>;
  /** Where packages are that the project will have and does not have yet, by name. */
  readonly packages?: ReadonlyMap<string, string>;
  /**
   * What a unit is loaded into, in place of a new project on the disk: its options, file system and open files count. For
   * callers that keep one, so that the types of packages are read once.
   */
  readonly project?: Project;
  /** Keeps what a unit was loaded into for the next time. */
  readonly projects?: UnitProjects;
  readonly onProgress?: (progress: MigrationProgress) => void;
}

/** A handler as reports name it; names need not be unique. */
export interface HandlerId {
  /** Absolute path of the file that registers it. */
  readonly file: string;
  readonly handler: string;
}

export type HandlerForm = 'readable' | 'fallback' | 'compiled';

export interface MigrationProgress {
  readonly done: number;
  readonly total: number;
  readonly file: string;
}

/** What became of one handler that asks. */
export interface MigratedSite {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly handler: string;
  readonly asks: number;
  /** `ignored`: the user wants it as it is. */
  readonly outcome: 'guard' | 'phases' | 'compiled' | 'diagnosed' | 'ignored';
  /** The last line of its registration; absent where only a place is known. */
  readonly endLine?: number;
  /** What it does from round to round; absent unless it was rewritten. */
  readonly flow?: HandlerFlow;
}

/** The texts of one changed file; `before` is empty for a new one. */
export interface RewrittenFile {
  readonly before: string;
  readonly after: string;
  /** Part of the tests, so that what it imports is needed for development only. */
  readonly isDevelopment?: true;
}

/** A function that asks for the handlers that call it, and was rewritten with them. */
export interface ConvertedHelper {
  readonly file: string;
  readonly name: string;
}

/** What a migration would do; nothing has been written. */
export interface MigrationResult {
  readonly files: ReadonlyMap<string, RewrittenFile>;
  readonly sites: readonly MigratedSite[];
  readonly diagnostics: readonly Diagnostic[];
}

export type MigrateProject = (options: MigrationOptions) => Promise<MigrationResult>;
