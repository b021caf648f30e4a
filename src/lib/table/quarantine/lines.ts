import type { Files } from "../../base/files.js";

const READ_BYTES = 1024 * 1024;

/** The lines of the file's first `length` bytes (all of it when absent) that are not empty, without line end. */
export async function* fileLines(files: Files, path: string, length?: number): AsyncGenerator<Buffer> {
  const file = await files.open(path, "read");
  try {
    const end = length ?? (await file.size());
    let carried: Buffer[] = [];
    for (let at = 0; at < end; ) {
      const chunk = await file.read(at, Math.min(READ_BYTES, end - at));
      if (chunk.length === 0) break;
      at += chunk.length;
      let start = 0;
      for (let stop = chunk.indexOf(10); stop >= 0; stop = chunk.indexOf(10, start)) {
        const line = Buffer.concat([...carried, chunk.subarray(start, stop)]);
        carried = [];
        start = stop + 1;
        if (line.length > 0) yield line;
      }
      carried.push(Buffer.from(chunk.subarray(start)));
    }
    const last = Buffer.concat(carried);
    if (last.length > 0) yield last;
  } finally {
    await file.close();
  }
}
