/** PostgreSQL's messages that syslog has in pieces. */
import { expect, it } from "vitest";
import { parsedApart } from "./support.js";

const at = (pid: number, piece: string, text: string) =>
  `Nov 21 10:00:01 db postgres[${pid}]: [${piece}] ${text}`;

it("puts the pieces of a message together", () => {
  const lines = [
    at(31, "8-1", "ERROR:  no such cart: a line that"),
    at(31, "8-2", " was too long"),
    at(31, "9-1", "LOG:  statement: SELECT"),
    at(31, "9-2", "#011id"),
    at(31, "9-3", "#011FROM cart"),
    at(31, "9-4", "#011  WHERE id = 7"),
    at(31, "10-1", "LOG:  up"),
  ];
  const expected = [
    /no such cart: a line that was too long$/,
    /SELECT\n\tid\n\tFROM cart\n\t {2}WHERE id = 7$/,
    /up$/,
  ];
  for (const prefix of ["", "<134>"]) {
    const read = messages(lines.map((line) => prefix + line));
    expect(read).toHaveLength(3);
    for (const [n, pattern] of expected.entries()) expect(read[n]).toMatch(pattern);
  }
});

it.each<[string, readonly string[]]>([
  ["another process", [at(31, "8-1", "ERROR:  a"), at(32, "8-2", "#011b")]],
  ["another message", [at(31, "8-1", "ERROR:  a"), at(31, "9-2", "#011b")]],
  ["a piece that is not the next", [at(31, "8-1", "ERROR:  a"), at(31, "8-3", "#011b")]],
  ["a line of its own", [at(31, "8-1", "ERROR:  a"), at(31, "8-2", "DETAIL:  b")]],
])("keeps apart %s", (_, lines) => {
  expect(messages(lines)).toHaveLength(2);
});

function messages(lines: readonly string[]): string[] {
  return parsedApart([`${lines.join("\n")}\n`])
    .trimEnd()
    .split("\n")
    .map((event) => (JSON.parse(event) as { message: string }).message);
}
