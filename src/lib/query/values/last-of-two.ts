/**
 * Keys that an event has twice: DuckDB takes the first of two, or refuses them; the last one counts everywhere else.
 */
import { visitMembers } from "../../json/visit-members.js";

/** The lines with each key once, in its first place and with its last value, and how many lines that changed. */
export function withLastOfTwo(bytes: Buffer): { readonly bytes: Buffer; readonly count: number } {
  const lines = bytes.latin1Slice().split("\n");
  let count = 0;
  for (const [i, line] of lines.entries()) {
    const members = new Map<string, string>();
    let all = 0;
    visitMembers(line, (key, value) => {
      const name = key.includes("\\") ? (JSON.parse(key) as string) : key.slice(1, -1);
      // Keys are read as latin1, and an escape may stand for a character that others write as it is.
      const plain = key.includes("\\") ? Buffer.from(name, "utf8").latin1Slice() : name;
      members.set(plain, `${key}:${value}`);
      all++;
    });
    if (members.size === all) continue;
    count++;
    lines[i] = `{${[...members.values()].join(",")}}`;
  }
  return { bytes: count === 0 ? bytes : Buffer.from(lines.join("\n"), "latin1"), count };
}
