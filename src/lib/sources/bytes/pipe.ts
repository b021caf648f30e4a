/**
 * Pipes, sockets and terminals. Read through the event loop, never through the thread pool: a blocked `read(2)` there
 * would keep the process from exiting.
 */
import { Socket } from "node:net";
import { ReadStream } from "node:tty";
import { type ByteReader, ChunkQueue } from "./bytes.js";

/** What a pipe gives in one read: its capacity on Linux. */
const CHUNK_BYTES = 64 * 1024;
const QUEUE_BYTES = 4 * CHUNK_BYTES;
const MOST_SPARE = 8;

/** Reads the pipe, FIFO, socket or terminal open at `fd`, and closes it at the end. Throws what the system says. */
export function openPipe(fd: number, isTerminal: boolean): ByteReader {
  return new PipeBytes(fd, isTerminal);
}

class PipeBytes implements ByteReader {
  private readonly queue = new ChunkQueue(
    QUEUE_BYTES,
    () => this.socket.resume(),
    (chunk) => this.recycle(chunk),
  );
  /** Buffers to read into: a few that stay in the processor's cache serve any amount of input. */
  private readonly spare: Buffer[] = [];
  private readonly socket: Socket;

  constructor(fd: number, isTerminal: boolean) {
    this.socket = isTerminal ? this.openTerminal(fd) : this.openSocket(fd);
    this.socket.on("end", () => this.queue.end());
    this.socket.on("close", () => this.queue.end());
    this.socket.on("error", (error) => this.queue.end(error));
  }

  wait(): Promise<void> | undefined {
    return this.queue.wait();
  }

  read(into: Buffer): number | Promise<number> {
    return this.queue.read(into);
  }

  stop(): void {
    this.queue.end();
    this.socket.destroy();
  }

  close(): Promise<void> {
    this.stop();
    return Promise.resolve();
  }

  /** `onread` spares the stream machinery; it is documented for `connect` and works for an open descriptor as well. */
  private openSocket(fd: number): Socket {
    const onread = {
      buffer: () => this.spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES),
      callback: (byteCount: number, buffer: Uint8Array) =>
        this.queue.push((buffer as Buffer).subarray(0, byteCount)),
    };
    const options = { fd, readable: true, writable: false, onread };
    return new Socket(options as ConstructorParameters<typeof Socket>[0]);
  }

  private recycle(chunk: Buffer): void {
    if (chunk.buffer.byteLength === CHUNK_BYTES && this.spare.length < MOST_SPARE)
      this.spare.push(Buffer.from(chunk.buffer));
  }

  private openTerminal(fd: number): Socket {
    const stream = new ReadStream(fd);
    stream.on("data", (chunk: Buffer) => {
      if (!this.queue.push(chunk)) stream.pause();
    });
    return stream;
  }
}
