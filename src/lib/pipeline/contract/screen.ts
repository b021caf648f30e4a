/** What a stage that hides things says of lines that have not come through it: `StageDeclaration.screen`. */

export interface Screen {
  /** What may be kept of a line, without its line end, that was set aside before the stage or by it. */
  letter(line: Buffer): Screened;
  /** Whole lines that wait before the stage and are kept for a restart, with what can be found in them hidden. */
  waiting(lines: Buffer): Buffer;
}

export interface Screened {
  /** The line with nothing in it that is to be hidden; undefined: nothing may be kept of it. */
  readonly raw?: Buffer | undefined;
  /** A keyed hash of the line, where there is a key: tells equal lines. */
  readonly hash?: string | undefined;
}
