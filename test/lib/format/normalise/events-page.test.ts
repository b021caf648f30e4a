import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { quote } from "../../../../src/lib/event/writer.js";
import {
  RULES,
  WELL_KNOWN,
  type WellKnown,
  type WellKnownRule,
} from "../../../../src/lib/format/normalise/well-known.js";
import { json } from "../../../../src/lib/format/structured/json.js";
import { read } from "../examples.js";

const PAGE = join(import.meta.dirname, "../../../../docs/events.md");
const SECTION = /(<!-- names: .*-->\n)[\s\S]*?(<!-- \/names -->)/;

it("docs/events.md lists the names that are known", () => {
  const page = readFileSync(PAGE, "utf8");
  const tables = WELL_KNOWN.map(tableOf).join("\n");
  const wanted = page.replace(SECTION, (_all, start: string, end: string) => `${start}\n${tables}\n${end}`);
  if (process.env["UPDATE"] !== undefined) writeFileSync(PAGE, wanted);
  else expect(page).toBe(wanted);
});

it("no name is listed twice", () => {
  const names = RULES.map((rule) => rule.from);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

it.each(RULES.map((rule) => [rule.from, rule] as const))("%s is taken", (_from, rule) => {
  const value =
    { name: "x", text: "x", level: "WARN", "level-otel": 13, "level-mongodb": "W", "level-word": "Warning" }[
      rule.reading as string
    ] ?? "1763719200123000000";
  const wanted = {
    name: "x",
    text: "x",
    level: "warn",
    "level-otel": "warn",
    "level-mongodb": "warn",
    "level-word": "warn",
  }[rule.reading as string];
  const beside = (rule.beside ?? (rule.isOfWindows === true ? WINDOWS : []))
    .map((name) => `${quote(name)}:0,`)
    .join("");
  const dot = rule.from.indexOf(".");
  const forms =
    rule.isCopied === true ? [] : [`{${beside}${quote(rule.from)}:${JSON.stringify(countFor(rule, value))}}`];
  if (dot > 0) {
    const inner = JSON.stringify({ [rule.from.slice(dot + 1)]: countFor(rule, value) });
    forms.push(`{${beside}${quote(rule.from.slice(0, dot))}:${inner}}`);
  }
  for (const line of forms) {
    const event = JSON.parse(read(json, line)!) as Record<string, unknown>;
    if (wanted === undefined) expect(event[rule.target]).toMatch(/^2025-11-21T10:00:00\.123(000000)?Z$/);
    else expect(event[rule.target]).toBe(wanted);
  }
});

/** What tells a record of Windows' event log, whatever name it has for its host. */
const WINDOWS = ["EventID", "Channel"];

function countFor(rule: WellKnownRule, value: string | number): string | number {
  return rule.reading === "time-ms" ? "1763719200123" : value;
}

function tableOf(target: WellKnown): string {
  const rows = RULES.filter((rule) => rule.target === target).map(
    (rule) => `| \`${rule.from}\` | ${rule.writtenBy}${remarkOf(rule)} |`,
  );
  return `| \`${target}\` from | written by |\n|---|---|\n${rows.join("\n")}\n`;
}

function remarkOf(rule: WellKnownRule): string {
  const remarks: string[] = [];
  if (rule.beside !== undefined)
    remarks.push(`only beside ${rule.beside.map((name) => `\`${name}\``).join(", ")}`);
  if (rule.isOfWindows === true) remarks.push("only in records of Windows' event log");
  if (rule.reading.startsWith("time-")) remarks.push(`a count of ${rule.reading.slice(5)}`);
  if (rule.isCopied === true) remarks.push("copied");
  return remarks.length === 0 ? "" : `; ${remarks.join("; ")}`;
}
