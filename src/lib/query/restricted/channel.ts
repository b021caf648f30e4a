/** Lines between the process of a query and the one that asked it. */
import type { Readable } from "node:stream";

/** The whole lines of a stream, which ends when the other side has gone. Never throws. */
export async function* channelLines(stream: Readable): AsyncGenerator<string> {
  let rest = "";
  stream.setEncoding("utf8");
  try {
    for await (const piece of stream) {
      rest += piece as string;
      const lines = rest.split("\n");
      rest = lines.pop()!;
      yield* lines;
    }
  } catch {
    // Killed on the other side: there is no more.
  }
}
