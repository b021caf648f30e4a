/** A Terminal that remembers what was written, for running commands in process. */
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Output, Terminal } from "../../src/lib/pipeline/contract/terminal.js";

export interface Looks {
  readonly isTerminal?: boolean;
  readonly hasColour?: boolean;
  readonly columns?: number;
  /** The reader goes away after so many writes. */
  readonly closesAfter?: number;
  /** Called with each write. */
  readonly onWrite?: () => void;
}

export class MemoryOutput implements Output {
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  readonly columns: number;
  readonly pieces: Buffer[] = [];
  private readonly closesAfter: number;
  private readonly onWrite: () => void;

  constructor({
    isTerminal = false,
    hasColour = false,
    columns = 80,
    closesAfter = Number.POSITIVE_INFINITY,
    onWrite = () => {},
  }: Looks = {}) {
    this.isTerminal = isTerminal;
    this.hasColour = hasColour;
    this.columns = columns;
    this.closesAfter = closesAfter;
    this.onWrite = onWrite;
  }

  async write(data: string | Uint8Array): Promise<boolean> {
    this.pieces.push(Buffer.from(data));
    this.onWrite();
    return this.pieces.length < this.closesAfter;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }

  get text(): string {
    return this.bytes.toString("utf8");
  }
}

export interface TestTerminal extends Terminal {
  readonly stdout: MemoryOutput;
  readonly stderr: MemoryOutput;
  readonly notices: string[];
  readonly complaints: string[];
  close(): void;
}

export interface TerminalSetup {
  /** Absent: standard input is a terminal. */
  readonly stdin?: string | Uint8Array | undefined;
  readonly stdout?: Looks;
  readonly stderr?: Looks;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly nowMs?: number;
  readonly signal?: AbortSignal;
}

export function testTerminal(setup: TerminalSetup = {}): TestTerminal {
  const directory = mkdtempSync(join(tmpdir(), "logpipe-test-"));
  writeFileSync(join(directory, "stdin"), setup.stdin ?? "");
  const stdin = openSync(join(directory, "stdin"), "r");
  const notices: string[] = [];
  const complaints: string[] = [];
  return {
    stdin,
    stdinIsTerminal: setup.stdin === undefined,
    stdout: new MemoryOutput(setup.stdout),
    stderr: new MemoryOutput(setup.stderr),
    env: setup.env ?? {},
    cwd: setup.cwd ?? directory,
    nowMs: () => setup.nowMs ?? Date.parse("2026-11-22T10:00:00Z"),
    signal: setup.signal ?? new AbortController().signal,
    complain: (text) => complaints.push(text),
    warn: (text) => complaints.push(text),
    notice: (text) => notices.push(text),
    verbosity: "normal",
    notices,
    complaints,
    close: () => {
      try {
        closeSync(stdin);
      } catch {
        // The command closed it already.
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
