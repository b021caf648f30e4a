/** Everything a command may touch of the outside, handed in by main.ts, the only reader of `process`. */
export interface Terminal {
  /** File descriptor of standard input; tests pass another. */
  readonly stdin: number;
  readonly stdinIsTerminal: boolean;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly nowMs: () => number;
  /** Aborted by the first Ctrl-C or SIGTERM: finish what was read, flush, commit. */
  readonly signal: AbortSignal;
  /** A problem that does not end the run: printed to stderr as `logpipe: text`, and the exit code becomes 1. */
  readonly complain: (text: string, help?: string) => void;
  /** Printed as `complain` does, and the exit code stays what it is. */
  readonly warn: (text: string, help?: string) => void;
  /** Something worth knowing that is no failure: printed unless --quiet. */
  readonly notice: (text: string) => void;
  /** The `-q` and `-v` flags of the command line. */
  readonly verbosity: "quiet" | "normal" | "verbose";
}

export interface Output {
  readonly isTerminal: boolean;
  /** Whether colours are wanted here (flag, NO_COLOR, FORCE_COLOR, TERM=dumb, terminal: in that order). */
  readonly hasColour: boolean;
  /** Width in cells; 80 when not known. */
  readonly columns: number;
  /** Writes all of it; resolves false once the reader is gone (EPIPE). */
  write(data: string | Uint8Array): Promise<boolean>;
}
