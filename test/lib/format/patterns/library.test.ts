/**
 * The built-in grok patterns on a line of each kind, under Logstash's old names and under those of ECS:
 * library-cases.ndjson, which `UPDATE=1` rewrites; read the diff.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { grokFormat } from "../../../../src/lib/format/patterns/grok/grok.js";
import { builtInDefinitions } from "../../../../src/lib/format/patterns/grok/library/built-in.js";
import { read } from "../examples.js";

interface Case {
  readonly pattern: string;
  readonly line: string;
  readonly legacy: object | null;
  readonly ecs: object | null;
}

const FILE = new URL("library-cases.ndjson", import.meta.url);
const cases = readFileSync(FILE, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

const eventOf = ({ pattern, line }: Case, names: "legacy" | "ecs"): object | null =>
  JSON.parse(read(grokFormat(`%{${pattern}}`, builtInDefinitions(names)), line) ?? "null") as object | null;

if (process.env["UPDATE"] === "1") {
  const done = cases.map((one) => ({ ...one, legacy: eventOf(one, "legacy"), ecs: eventOf(one, "ecs") }));
  writeFileSync(FILE, done.map((one) => `${JSON.stringify(one)}\n`).join(""));
} else {
  it.each(cases)("$pattern reads $line", (one) => {
    expect(eventOf(one, "legacy")).toEqual(one.legacy);
    expect(eventOf(one, "ecs")).toEqual(one.ecs);
  });
}

it("every expression is refused by a line that has nothing of it", () => {
  const anything =
    /^(?:data|DATA|GREEDYDATA|SPACE|JAVALOGMESSAGE|(?:ZEEK|BRO)_DATA|URIQUERY|POSTFIX_MESSAGE|HAPROXY(?:URI|CAPTURED.*)|.*_QUOTED_CONTENT|EXIM_NAMED_FIELDS|RAILS3PROFILE|ELB_REQUEST_LINE|RPROCESSING)$/;
  for (const names of ["legacy", "ecs"] as const) {
    const definitions = builtInDefinitions(names);
    for (const name of definitions.keys()) {
      if (anything.test(name)) continue;
      expect(read(grokFormat(`^%{${name}:x0}$`, definitions), "\u2603 \u2603"), name).toBeUndefined();
    }
  }
});
