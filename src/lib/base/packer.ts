/** Bytes packed on their way out. */
import * as zlib from "node:zlib";
import { failure } from "./errors/index.js";

/** Takes what is packed. Resolves false once no more is wanted. */
type Taker = (bytes: Uint8Array) => Promise<boolean>;

/** Packs as gzip or zstd what is written, and hands it on a piece at a time, as fast as it is taken. */
export class Packer {
  private readonly stream: zlib.Gzip;
  private readonly take: Taker;
  private pending: Buffer[] = [];
  private failed: Error | undefined;

  /** Throws usage.bad-value where this Node cannot write zstd. */
  constructor(packing: "gzip" | "zstd", take: Taker) {
    this.take = take;
    this.stream = packing === "gzip" ? zlib.createGzip() : zstdStream();
    this.stream.on("data", (piece: Buffer) => this.pending.push(piece));
    this.stream.on("error", (error) => {
      this.failed = error;
    });
  }

  async write(data: string | Uint8Array): Promise<boolean> {
    await this.settled((done) => this.stream.write(data, done));
    return this.handOn();
  }

  /** What is left, with the end of the format. */
  async end(): Promise<boolean> {
    const ended = new Promise<void>((resolve, reject) => {
      this.stream.once("end", resolve);
      this.stream.once("error", reject);
    });
    this.stream.end();
    await ended;
    return this.handOn();
  }

  private settled(act: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      act((error) => {
        const fault = error ?? this.failed;
        if (fault === undefined || fault === null) resolve();
        else reject(fault);
      });
    });
  }

  private async handOn(): Promise<boolean> {
    const { pending } = this;
    this.pending = [];
    for (const piece of pending) if (!(await this.take(piece))) return false;
    return true;
  }
}

/** Node has it from 22.15 on. */
function zstdStream(): zlib.Gzip {
  const make = (zlib as unknown as { createZstdCompress?: () => zlib.Gzip }).createZstdCompress;
  if (make !== undefined) return make();
  throw failure("usage.bad-value", {
    option: "--output",
    value: ".zst",
    reason: `Node ${process.versions.node} cannot write zstd`,
    hint: "name it .gz, or run logpipe with Node 22.15 or later",
  });
}
