import type { Bounds } from './run-bounded.ts';

/** Seconds. */
export interface Limits {
  readonly install: number;
  readonly types: number;
  readonly tests: number;
  readonly migrate: number;
}

/** Where and how repositories are worked on. */
export interface Workshop {
  /** Absolute; holds the copies. */
  readonly directory: string;
  /** This package, packed. */
  readonly tarball: string;
  readonly installs: boolean;
  readonly types: boolean;
  readonly tests: boolean;
  readonly limits: Limits;
  readonly env: Bounds['env'];
  readonly onStep: (step: string) => void;
}
