/** What `--format` was given, and where it stands. */
export interface FormatSpec {
  /** `auto`, a name, `grok:PATTERN` ... */
  readonly spec: string;
  /** What leads the message when it is wrong: "--format", "patterns.txt:3". */
  readonly what: string;
}
