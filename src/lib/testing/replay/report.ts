/** What a replay would change, for people and for programs. */
import { countOf, formatCount } from "../../base/size.js";
import type { Output } from "../../pipeline/contract/terminal.js";
import { tableOf } from "../../sinks/view/row-table.js";
import { paletteOf } from "../../terminal/colours.js";
import { escapeControls } from "../../terminal/escape.js";
import { fieldDifferences, jsonShown } from "../judge/difference.js";
import { eventOfLine } from "../network/evaluate.js";
import type { ChangeExample, ChangeGroup, Side } from "./compare.js";

export interface Replayed {
  readonly events: number;
  /** By sink, `ROUTE.PORT` and `dead-letters`. */
  readonly counts: Readonly<Record<Side, ReadonlyMap<string, number>>>;
  readonly unchanged: number;
  readonly changes: readonly ChangeGroup[];
  readonly isChanged: boolean;
  /** What it is compared with. */
  readonly against: string;
  /** The only output that is compared, where that is a table and no other version. */
  readonly compared?: string | undefined;
}

const LINE_CHARS_MAX = 300;

export function replayText(replayed: Replayed, output: Output): string {
  const { events, changes, unchanged, against } = replayed;
  const { bad, good, dim, heading } = paletteOf(output);
  const lines = [heading(escapeControls(`${countOf(events, "event")} replayed, compared with ${against}`))];
  const rows = outputsOf(replayed).map(({ output: name, before, after }) =>
    JSON.stringify(
      before === undefined
        ? { output: name, before: null, after, change: null }
        : { output: name, before, after, change: after - before },
    ),
  );
  if (rows.length > 0) lines.push(tableOf(rows, output).trimEnd());
  for (const group of changes) {
    lines.push("", escapeControls(titleOf(group)));
    for (const example of group.examples)
      for (const line of exampleLines(example, group.kind))
        lines.push(`  ${(line[0] === "-" ? bad : line[0] === "+" ? good : dim)(escapeControls(line))}`);
  }
  lines.push("", `${countOf(unchanged, "event")} unchanged${summary(changes)}`);
  return `${lines.join("\n")}\n`;
}

function summary(changes: readonly ChangeGroup[]): string {
  return ["moved", "changed", "appeared", "vanished"]
    .map((kind) => {
      const count = changes.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.count, 0);
      return count === 0 ? "" : `, ${formatCount(count)} ${kind}`;
    })
    .join("");
}

/** `12 events changed at store: duration_ms (12), level (3)`. */
function titleOf({ kind, from, to, count, fields }: ChangeGroup): string {
  const where =
    from === to || from === undefined || to === undefined ? `at ${to ?? from}` : `from ${from} to ${to}`;
  const paths = [...fields].map(([path, n]) => (n === count ? path : `${path} (${formatCount(n)})`));
  return `${countOf(count, "event")} ${kind} ${where}${paths.length === 0 ? "" : `: ${paths.join(", ")}`}`;
}

function exampleLines({ before, after }: ChangeExample, kind: ChangeGroup["kind"]): readonly string[] {
  if (kind === "moved" || after === undefined || before === undefined) {
    const sign = kind === "vanished" ? "-" : kind === "appeared" ? "+" : " ";
    return [`${sign} ${cut(after ?? before ?? "")}`];
  }
  const [one, other] = [eventOfLine(before), eventOfLine(after)];
  if (typeof one === "string" || typeof other === "string") return [`- ${cut(before)}`, `+ ${cut(after)}`];
  return [
    `  ${cut(before)}`,
    ...fieldDifferences(one, other, false).flatMap(({ path, expected, actual }) => [
      ...(expected === undefined ? [] : [`- ${cut(`${path}: ${jsonShown(expected)}`)}`]),
      ...(actual === undefined ? [] : [`+ ${cut(`${path}: ${jsonShown(actual)}`)}`]),
    ]),
  ];
}

function cut(text: string): string {
  return text.length <= LINE_CHARS_MAX ? text : `${text.slice(0, LINE_CHARS_MAX)}...`;
}

export function replayJson(replayed: Replayed): string {
  const { events, unchanged, changes, against } = replayed;
  const outputs = outputsOf(replayed);
  const shownChanges = changes.map(({ fields, ...change }) => ({
    ...change,
    fields: Object.fromEntries(fields),
  }));
  return `${JSON.stringify({ events, against, outputs, unchanged, changes: shownChanges }, undefined, 2)}\n`;
}

/** Of an output that is not compared there is no number before. */
function outputsOf({ counts: { before, after }, compared }: Replayed) {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.map((output) => {
    const isCompared = compared === undefined || output === compared;
    return {
      output,
      before: isCompared ? (before.get(output) ?? 0) : undefined,
      after: after.get(output) ?? 0,
    };
  });
}
