/** Input that logpipe knows by its first bytes and does not read: its bytes are no lines. */
export class RefusedInput extends Error {
  override readonly name = "RefusedInput";
  /** What makes lines of it, with FILE for its path. */
  readonly command: string | undefined;

  /** `what`: "a zip archive". */
  constructor(what: string, command?: string) {
    super(what);
    this.command = command;
  }
}
