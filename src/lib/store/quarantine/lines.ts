import type { Files } from "../../base/files.js";

const READ_BYTES = 1024 * 1024;

/** The lines of the file's first `length` bytes (all of it when absent) that are not empty, without line end. */
export async function* fileLines(files: Files, path: string, length?: number): AsyncGenerator<Buffer> {
  for await (const line of linesOf(fileChunks(files, path, length))) if (line.length > 0) yield line;
}

/** The lines of a stream, without line end. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let carried: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let stop = chunk.indexOf(10); stop >= 0; stop = chunk.indexOf(10, start)) {
      const line = chunk.subarray(start, stop);
      yield carried.length === 0 ? line : Buffer.concat([...carried, line]);
      carried = [];
      start = stop + 1;
    }
    if (start < chunk.length) carried.push(Buffer.from(chunk.subarray(start)));
  }
  if (carried.length > 0) yield Buffer.concat(carried);
}

async function* fileChunks(files: Files, path: string, length?: number): AsyncGenerator<Buffer> {
  const file = await files.open(path, "read");
  try {
    const end = length ?? (await file.size());
    for (let at = 0; at < end; ) {
      const chunk = await file.read(at, Math.min(READ_BYTES, end - at));
      if (chunk.length === 0) break;
      at += chunk.length;
      yield chunk;
    }
  } finally {
    await file.close();
  }
}
