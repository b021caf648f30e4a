import { basename } from "node:path";

/** What SQL calls a file: `logs/access.2026.ndjson.gz` is `access.2026`. */
export function tableNameOf(path: string): string {
  return basename(path)
    .replace(/\.(gz|zst)$/i, "")
    .replace(/(?<=.)\.[a-z]+$/i, "");
}
