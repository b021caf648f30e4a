/**
 * A model of a log and of what rotates it, on a real disk: a writer that appends lines with numbers of their own,
 * rotation by rename and by copy and truncate, compression at once or later, deletion, inodes that are used again. It
 * knows nothing of who reads: what must have been read is what lies on the disk.
 */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

export interface Habits {
  /** Every content of the log begins with the same line. */
  readonly hasHeader: boolean;
  /** Bytes that all lines have in common behind what is their own. */
  readonly padBytes: number;
  /** More rotated files than this are deleted. */
  readonly most: number;
}

/** Long enough for another time of modification: what tells which of two files is the older one. */
const TICK_MS = 15;

export class RotatedLog {
  readonly path: string;
  private readonly directory: string;
  private readonly habits: Habits;
  private next = 0;
  private unfinished = "";

  constructor(directory: string, habits: Habits) {
    this.directory = directory;
    this.path = join(directory, "app.log");
    this.habits = habits;
    this.create();
  }

  /** Lines written so far have the numbers below. */
  get written(): number {
    return this.next;
  }

  append(count: number): void {
    let text = this.unfinished;
    for (let n = 0; n < count; n++) text += this.line();
    this.unfinished = "";
    if (!existsSync(this.path)) this.create();
    appendFileSync(this.path, text);
  }

  /** Half a line now, the other half with the next lines, or before a rotation. */
  appendHalf(): void {
    this.finishLine();
    const line = this.line();
    if (!existsSync(this.path)) this.create();
    appendFileSync(this.path, line.slice(0, line.length / 2));
    this.unfinished = line.slice(line.length / 2);
  }

  /** `isLate`: the new file is there only once something is written. */
  rename(isLate: boolean): void {
    if (!this.begin()) return;
    renameSync(this.path, `${this.path}.1`);
    if (!isLate) this.create();
  }

  copyTruncate(): void {
    if (!this.begin()) return;
    copyFileSync(this.path, `${this.path}.1`);
    truncateSync(this.path, 0);
    this.header();
  }

  /** As gzip does: the copy gets the time of its original, which goes last. */
  compress(number: number): void {
    const plain = `${this.path}.${number}`;
    if (!existsSync(plain)) return;
    const { atime, mtime } = statSync(plain);
    writeFileSync(`${plain}.gz`, gzipSync(readFileSync(plain)));
    utimesSync(`${plain}.gz`, atime, mtime);
    unlinkSync(plain);
  }

  /** Without a copy: what nobody has read by then, nobody can. */
  truncate(): void {
    if (!existsSync(this.path)) return;
    this.finishLine();
    truncateSync(this.path, 0);
    this.header();
  }

  /** The rotated files, gone. */
  clear(): void {
    for (const name of this.rotated()) unlinkSync(join(this.directory, name));
  }

  /** Numbers of the lines that are on the disk now: they can be known to whoever looks. */
  onDisk(): Set<number> {
    this.finishLine();
    const numbers = new Set<number>();
    for (const name of readdirSync(this.directory).filter((other) => other.startsWith("app.log"))) {
      const bytes = readFileSync(join(this.directory, name));
      const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
      for (const [, number] of text.matchAll(/"k":(\d+),/g)) numbers.add(Number(number));
    }
    return numbers;
  }

  private begin(): boolean {
    this.finishLine();
    if (!existsSync(this.path)) return false;
    tick();
    for (const name of this.rotated().reverse()) {
      const [, number, packed = ""] = /^app\.log\.(\d+)(\.gz)?$/.exec(name)!;
      const from = join(this.directory, name);
      if (Number(number) >= this.habits.most) unlinkSync(from);
      else renameSync(from, `${this.path}.${Number(number) + 1}${packed}`);
    }
    return true;
  }

  private rotated(): string[] {
    const numberOf = (name: string) => Number(name.split(".")[2]);
    const names = readdirSync(this.directory).filter((name) => /^app\.log\.\d/.test(name));
    return names.sort((a, b) => numberOf(a) - numberOf(b));
  }

  private finishLine(): void {
    if (this.unfinished !== "") this.append(0);
  }

  private create(): void {
    tick();
    writeFileSync(this.path, "");
    this.header();
  }

  private header(): void {
    if (this.habits.hasHeader)
      appendFileSync(this.path, '{"timestamp":"2026-11-20T10:00:00Z","message":"log opened"}\n');
  }

  private line(): string {
    const pad = "x".repeat(this.habits.padBytes);
    return `{"timestamp":"2026-11-20T10:00:00Z","k":${this.next++},"message":"${pad}"}\n`;
  }
}

function tick(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TICK_MS);
}
