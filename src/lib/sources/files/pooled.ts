/** Many files read at once with few descriptors: one that is closed meanwhile is opened again where it was read to. */
import { fstatSync, readSync } from "node:fs";
import { stat } from "node:fs/promises";
import { systemPath } from "../../base/local/byte-name.js";
import type { ByteReader } from "../bytes/bytes.js";
import { Handles, mostHandles } from "../identity/open-handles.js";
import { type OpenedInput, openPath, openRegular } from "./input.js";

/** No more than so many descriptors are of use. */
const HANDLES_MAX = 1024;

/** The descriptors of files that are read side by side. */
export class FilePool {
  private readonly handles: Handles;
  private last: Promise<unknown> = Promise.resolve();

  constructor(most: number) {
    this.handles = new Handles(most);
  }

  /** A pool for so many files; undefined where all can be open at once. Cost: a look at the process's limits. */
  static for(files: number): FilePool | undefined {
    const most = mostHandles(HANDLES_MAX);
    return files <= most ? undefined : new FilePool(most);
  }

  /** Runs what opens a descriptor of its own for a moment, one after the other. */
  inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.last.then(() => this.handles.withRoom(action));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** As `openPath`. What is no regular file keeps its descriptor. */
  async open(path: string): Promise<OpenedInput> {
    const stats = await stat(systemPath(path));
    if (!stats.isFile()) return openPath(path);
    const raw = new PooledBytes(this.handles, path);
    return openRegular(raw, fstatSync(await raw.open()), 0);
  }
}

/** Reads at once, without waiting for the disk: nothing can close the descriptor meanwhile. */
class PooledBytes implements ByteReader {
  private readonly handles: Handles;
  private readonly path: string;
  private key: string | undefined;
  position = 0;
  private isStopped = false;

  constructor(handles: Handles, path: string) {
    this.handles = handles;
    this.path = path;
  }

  /** Its descriptor, good until the next wait. Rejects as open(2) does, and where the path is another file now. */
  async open(): Promise<number> {
    let handle = this.handles.get(this);
    while (handle === undefined) {
      await this.handles.openFor(this, this.path);
      // Others may have been opened before it is our turn.
      handle = this.handles.get(this);
    }
    this.key ??= handle.key;
    if (handle.key !== this.key)
      throw new Error("moved while it was read: too many files to keep all of them open");
    return handle.fd;
  }

  async read(into: Buffer): Promise<number> {
    if (this.isStopped) return 0;
    const byteCount = readSync(await this.open(), into, 0, into.length, this.position);
    this.position += byteCount;
    return byteCount;
  }

  stop(): void {
    this.isStopped = true;
  }

  async close(): Promise<void> {
    this.isStopped = true;
    this.handles.close(this);
  }
}
