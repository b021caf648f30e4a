/** Names of the links by which readers of a table's live end hold segments: see sources/table/live. */
import { join } from "node:path";
import type { Files } from "../../base/files.js";
import { segmentName } from "./segment.js";

/** Under a table's directory, with a directory for each reader. */
export const CLAIMS_DIRECTORY = "_readers";

/** Of a link, without its ending. `writer`: as the table's transactions name it. */
export function claimName(writer: string, sequence: number): string {
  return `${writer}-${segmentName(sequence)}`;
}

export function claimOf(name: string): { readonly writer: string; readonly sequence: number } | undefined {
  const [, writer, digits] = /^(.+)-(\d{20})\.(?:ndjson|commits)$/.exec(name) ?? [];
  return writer === undefined ? undefined : { writer, sequence: Number(digits) };
}

/** The segments of the writer that some reader has begun. */
export async function claimedOf(
  files: Pick<Files, "list">,
  tableDirectory: string,
  writer: string,
): Promise<ReadonlySet<number>> {
  const parent = join(tableDirectory, CLAIMS_DIRECTORY);
  const found = new Set<number>();
  for (const id of await files.list(parent).catch(() => [])) {
    for (const name of await files.list(join(parent, id)).catch(() => [])) {
      const claim = claimOf(name);
      if (claim?.writer === writer) found.add(claim.sequence);
    }
  }
  return found;
}
