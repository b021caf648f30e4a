import { expect, it } from "vitest";
import { EventWriter } from "../../../src/lib/event/writer.js";
import type { Format } from "../../../src/lib/format/format.js";

/** Noon of 21 November 2026, for lines that carry no year. */
export const NOW_MS = Date.UTC(2026, 10, 21, 12);

/** What a format makes of one line: the event's JSON text, "skip", or undefined when refused. */
export function read(format: Pick<Format, "create">, line: string): string | undefined {
  const event = new EventWriter();
  const result = format.create({ nowMs: () => NOW_MS }).parse(line, event);
  if (result === false) return undefined;
  if (result === "skip") return "skip";
  event.end();
  return event.take().slice(0, -1);
}

/** Runs a table of lines, each with the event it becomes or undefined when the format must refuse it. */
export function cases(
  format: Pick<Format, "create">,
  table: readonly (readonly [string, object | undefined])[],
): void {
  it.each(table)("%s", (line, wanted) => {
    const event = read(format, line);
    if (wanted === undefined) expect(event).toBeUndefined();
    else expect(event).toBe(JSON.stringify(wanted));
  });
}
