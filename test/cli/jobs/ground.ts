/** What the jobs share: a directory with files, a line of a shell in it, what is printed as rows. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { shell, temporaryDirectory } from "../../support/logpipe.js";
import { type Order, WRITERS } from "./orders.js";

export const NOON = Date.UTC(2026, 10, 21, 12);
export const DAY_MS = 86_400_000;
/** Lines of three programs in turn. */
export const mixed = (order: Order, index: number) => WRITERS[index % WRITERS.length]!(order);

export function withFiles(files: Readonly<Record<string, string | Uint8Array>>): string {
  const cwd = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(cwd, name, ".."), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  return cwd;
}

export async function done(line: string, cwd: string): Promise<string> {
  const ran = await shell(line, { cwd });
  // Which zone was taken is said where lines have none.
  const stderr = ran.stderr.replace(/^logpipe: .* without a zone taken as UTC; .*\n/gm, "");
  expect({ line, code: ran.code, stderr }).toEqual({ line, code: 0, stderr: "" });
  return ran.stdout;
}

export const rows = (text: string) =>
  text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Row]));
export type Row = Record<string, unknown>;

export function countBy<T>(from: readonly T[], keyOf: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of from) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}
