/** Small files of JSON with a checksum: `crc32c-of-the-JSON(8 hex) SPACE JSON LF`. */
import { dirname } from "node:path";
import type { Files } from "../base/files.js";
import { crc32c, hex8 } from "../base/hash/crc32c.js";

/** Durable, whole or not at all, once it resolves. */
export async function writeChecked(files: Files, path: string, value: object): Promise<void> {
  const json = Buffer.from(JSON.stringify(value), "utf8");
  const beside = `${path}.tmp`;
  await files.remove(beside).catch(() => {});
  const file = await files.open(beside, "create");
  try {
    await file.write([Buffer.from(`${hex8(crc32c(json))} `, "latin1"), json, NEWLINE], 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(beside, path);
  await files.syncDirectory(dirname(path));
}

/** "damaged": it is there, and not as it was written. */
export async function readChecked(files: Files, path: string): Promise<object | "damaged" | undefined> {
  const bytes = await files.read(path);
  if (bytes === undefined) return undefined;
  const json = bytes.subarray(9, -1);
  const isWhole = bytes.length > 11 && bytes[8] === 32 && bytes.at(-1) === 10;
  if (!isWhole || bytes.latin1Slice(0, 8) !== hex8(crc32c(json))) return "damaged";
  return JSON.parse(json.toString("utf8")) as object;
}

const NEWLINE = Buffer.from("\n");
