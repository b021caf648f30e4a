/** What stood around a line: the members of the event that it came in, the file it was read from. */
import { type Labels, WRITTEN } from "../../../event/block.js";
import type { EventWriter } from "../../../event/writer.js";
import { quote } from "../../../json/quote.js";
import { type Carrier, OWN_SOURCE, type RawLine } from "./carrier.js";

/** The members that every event of a block gets. */
export function outerOf(labels: Labels | undefined, keepsRaw: boolean): Carrier["outer"] {
  const source = labels?.source;
  return [
    ...(source === undefined ? [] : [["source", quote(source)] as const]),
    ...(keepsRaw ? [["raw", undefined] as const] : []),
  ];
}

/** What was around the line is kept; a field of the line that it contradicts is kept under `event.NAME`. */
export function writeOuter(
  writer: EventWriter,
  outer: Carrier["outer"],
  lines: readonly RawLine[],
  isRead: boolean,
  keepsRaw: boolean,
): void {
  if (outer.some(isSource)) writer.rename("source", OWN_SOURCE);
  const kept = new Map<string, string>();
  for (const [name, json] of outer) {
    if (name === WRITTEN) continue;
    // Whether an earlier reading understood the line says nothing now.
    if (name === "unparsed" || (name === "message" && !isRead)) continue;
    if (json !== undefined) kept.set(name, json);
    else if (keepsRaw) kept.set(name, quote(lines.map(({ text }) => text).join("\n")));
  }
  // What is around counts, as the last of two does.
  const isTwice = [...kept.keys()].some((name) => writer.mayHave(name));
  const same = isTwice ? writer.makeRoomFor(kept) : NONE;
  for (const [name, json] of kept) if (!same.has(name)) writer.json(name, json);
}

/** An envelope's own `source`, as JSON; "" where it has none. `around`: what stands around the envelope. */
export function ownSource(outer: Carrier["outer"], around: Carrier["outer"]): string {
  const name = around.some(isSource) ? OWN_SOURCE : "source";
  return outer.find(([key]) => key === name)?.[1] ?? "";
}

const NONE: ReadonlySet<string> = new Set();
const isSource = ([name]: Carrier["outer"][number]) => name === "source";
