/** Lines that a program hands over. */
import { Block } from "../../event/block.js";
import type { Source } from "../../pipeline/contract/source.js";

const BLOCK_BYTES = 256 * 1024;

/** A source over an iterable of lines (with or without their line ends; a piece may hold several). */
export function openLines(lines: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>): Source {
  const iterator = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]();
  return new LinesSource(iterator);
}

class LinesSource implements Source {
  private readonly iterator: Iterator<string | Uint8Array> | AsyncIterator<string | Uint8Array>;
  private isStopped = false;

  constructor(iterator: Iterator<string | Uint8Array> | AsyncIterator<string | Uint8Array>) {
    this.iterator = iterator;
  }

  async read(): Promise<Block | undefined> {
    const pieces: Buffer[] = [];
    for (let bytes = 0; bytes < BLOCK_BYTES && !this.isStopped; ) {
      const next = await this.iterator.next();
      if (next.done === true) {
        this.isStopped = true;
        break;
      }
      const piece = ended(next.value);
      pieces.push(piece);
      bytes += piece.length;
    }
    return pieces.length === 0 ? undefined : new Block(Buffer.concat(pieces));
  }

  stop(): void {
    this.isStopped = true;
  }

  async close(): Promise<void> {
    await this.iterator.return?.();
  }
}

/** Whole lines, each ended by "\n". */
function ended(value: string | Uint8Array): Buffer {
  const text = typeof value === "string" ? value : Buffer.from(value).toString("latin1");
  const whole = `${text.replace(/\r?\n$/, "").replaceAll("\r\n", "\n")}\n`;
  return Buffer.from(whole, typeof value === "string" ? "utf8" : "latin1");
}
