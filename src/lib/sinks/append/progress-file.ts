/**
 * What is known to be whole of a file that is appended to, beside it, in `FILE.logpipe/progress`: lines of a checksum
 * (CRC-32C, eight hex digits) and JSON, the last of which counts:
 *
 *     9f3a02c1 {"version":1,"file":"2049:131","length":4096,"print":"5d1f00aa","isClosed":false,"positions":[{"source":"...","offset":120}]}
 *
 * Positions add up: a line has those that have changed. The first one has all: the file is rewritten when a run begins,
 * and when it has grown.
 */
import { join } from "node:path";
import { diskFiles, type Files, makeDurableDirectory, type OpenFile } from "../../base/files.js";
import { crc32c, hex8 } from "../../base/hash/crc32c.js";
import type { Position } from "../../event/position.js";
import type { SavedProgress } from "../../pipeline/contract/sink.js";
import { progressOf } from "../../store/wal/progress/progress.js";

export interface AppendProgress {
  /** Which file: `OpenFile.identity`; "" where that is not known. */
  readonly file: string;
  /** Bytes of it that are whole. */
  readonly length: number;
  /** Fingerprint of the bytes before that length. */
  readonly print: string;
  /** Nothing is behind it: the run has ended. */
  readonly isClosed: boolean;
  /** The newest of each source. */
  readonly positions: readonly Position[];
}

const VERSION = 1;
const NAME = "progress";
/** The file is rewritten once it has this many bytes. */
const MOST_BYTES = 1 << 20;

export class ProgressFile {
  private readonly files: Files;
  private readonly directory: string;
  private readonly positions = new Map<string, Position>();
  private handle: OpenFile | undefined;
  private bytes = 0;

  constructor(files: Files, directory: string) {
    this.files = files;
    this.directory = directory;
  }

  /** What was written last; undefined: nothing was. Throws an Error that says in a few words what is wrong. */
  async read(): Promise<AppendProgress | undefined> {
    const bytes = await this.files.read(join(this.directory, NAME));
    const last = bytes && progressIn(bytes.toString("latin1"), this.positions);
    return last && { ...last, positions: [...this.positions.values()] };
  }

  /** Durable once it resolves. `positions`: those that have changed. */
  async write(progress: AppendProgress): Promise<void> {
    for (const position of progress.positions) this.positions.set(position.source, position);
    if (this.handle === undefined || this.bytes > MOST_BYTES) return this.rewrite(progress);
    const line = lineOf(progress);
    await this.handle.write([line], this.bytes);
    await this.handle.sync();
    this.bytes += line.length;
  }

  async close(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
  }

  private async rewrite(progress: AppendProgress): Promise<void> {
    await makeDurableDirectory(this.files, this.directory);
    const path = join(this.directory, NAME);
    const beside = `${path}.tmp`;
    if ((await this.files.stat(beside)) !== undefined) await this.files.remove(beside);
    const line = lineOf({ ...progress, positions: [...this.positions.values()] });
    const handle = await this.files.open(beside, "create");
    try {
      await handle.write([line], 0);
      await handle.sync();
      await this.files.rename(beside, path);
      await this.files.syncDirectory(this.directory);
    } catch (error) {
      await handle.close();
      throw error;
    }
    await this.close();
    this.handle = handle;
    this.bytes = line.length;
  }
}

function lineOf({ file, length, print, isClosed, positions }: AppendProgress): Buffer {
  const json = JSON.stringify({ version: VERSION, file, length, print, isClosed, positions });
  return Buffer.from(`${checksum(json)} ${json}\n`);
}

function checksum(json: string): string {
  return hex8(crc32c(Buffer.from(json)));
}

/** The last line that counts. Its positions, and all before, go to `positions`. */
function progressIn(text: string, positions: Map<string, Position>): AppendProgress | undefined {
  const lines = text.split("\n");
  // What is behind the last newline was being written.
  lines.pop();
  const found = lines.map(parsed);
  const last = found.findLastIndex((progress) => progress !== undefined);
  const bad = found.indexOf(undefined);
  if (bad >= 0 && bad < last) throw new Error("its progress file is damaged");
  for (const progress of found.slice(0, last + 1))
    for (const position of progress!.positions) positions.set(position.source, position);
  if (last < 0 && text !== "") throw new Error("its progress file is damaged");
  return found[last];
}

function parsed(line: string): AppendProgress | undefined {
  const json = Buffer.from(line.slice(9), "latin1").toString();
  if (line.slice(0, 9) !== `${checksum(json)} `) return undefined;
  const { version, ...progress } = JSON.parse(json) as AppendProgress & { readonly version: number };
  if (version !== VERSION)
    throw new Error(`its progress file is of version ${version}, this logpipe knows ${VERSION}`);
  return progress;
}

/** How far sources were read whose events are in the file; undefined: nobody appends to it. */
export async function progressOfFile(path: string): Promise<SavedProgress | undefined> {
  const known = await new ProgressFile(diskFiles, `${path}.logpipe`).read().catch(() => undefined);
  return known && progressOf(known.positions);
}
