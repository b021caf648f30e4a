/** Logs of dead writers to be damaged, and what is left of them. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { historyOf } from "../../../../crash/mutations/histories.js";
import { readFacts, temporaryDirectory } from "../../support.js";

/** A copy of a history's table, and the paths of its segments without an ending. */
export async function deadTable(name: Parameters<typeof historyOf>[0]) {
  const { directory, acknowledged } = await historyOf(name);
  const table = join(temporaryDirectory(), "logs");
  cpSync(directory, table, { recursive: true, preserveTimestamps: true });
  const own = ownOf(table);
  const names = readdirSync(own).filter((file) => /^\d{20}\.commits$/.test(file));
  return { table, own, segments: names.sort().map((file) => join(own, file.slice(0, 20))), acknowledged };
}

/** The directory of the only writer. */
export function ownOf(table: string): string {
  return join(table, "_wal", readdirSync(join(table, "_wal"))[0]!);
}

export function change(path: string, how: (bytes: Buffer) => Buffer): void {
  writeFileSync(path, how(readFileSync(path)));
}

/** Changes one bit in the middle of the file. */
export function flip(path: string): void {
  change(path, (bytes) => {
    bytes[bytes.length >> 1]! ^= 1;
    return bytes;
  });
}

export async function countRows(table: string): Promise<number> {
  return (await readFacts(table)).length;
}

/** Names of what was set aside. */
export function damagedIn(own: string): string[] {
  return readdirSync(own).filter((name) => name.endsWith(".damaged"));
}
