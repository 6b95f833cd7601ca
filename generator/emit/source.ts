/** What a file will hold, before it is formatted. */
export interface Source {
  readonly text: string;
  /** Declarations that follow the text, a blank line before each. */
  readonly declarations?: readonly string[];
  /** What follows it all and is not formatted. */
  readonly verbatim?: string;
}
