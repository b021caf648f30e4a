/** Whether a date and time exist is said by all readers alike: of fields, of expressions, the kernel's, the store's. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { FieldSet, Projector } from "../../../../src/lib/event/rows/rows.js";
import { scan } from "../../../../src/lib/event/scan.js";
import { Kind } from "../../../../src/lib/event/summary.js";
import { instant, readInstant, timeMs } from "../../../../src/lib/event/time/instant.js";
import { isCanonicalTime, timeOfJson } from "../../../../src/lib/event/time/read.js";
import { withStoredTimes } from "../../../../src/lib/event/time/stored-times.js";
import { timeOfText } from "../../../../src/lib/expression/values/time-value.js";
import { parsedApart } from "../../stages/parse/records/support.js";

/** Which of the readers take the text as a time. */
function takenBy(text: string): Record<string, boolean> {
  const line = Buffer.from(`{"timestamp":"${text}"}\n`);
  const fields = new FieldSet();
  const field = fields.add("timestamp");
  const { rows } = new Projector(fields).apply(line);
  const stored = withStoredTimes(line, "timestamp");
  const column = scan(line)[0]!.summary.columns.find(({ name }) => name === "timestamp")!;
  const parsed = (format: string) => parsedApart([`{"time":"${text}"}\n`], { format });
  return {
    "a field": timeOfJson(`"${text}"`) !== undefined,
    milliseconds: !Number.isNaN(timeMs(rows, field, 0)),
    nanoseconds: readInstant(rows, field, 0) && !Number.isNaN(instant.ms),
    "an expression": timeOfText(text) !== undefined,
    "parse, alone": parsed("auto").startsWith('{"timestamp"'),
    "parse, JSON": parsed("json").startsWith('{"timestamp"'),
    "parse, behind a good one": parsedApart([`{"time":"2026-11-21T10:00:00Z"}\n{"time":"${text}"}\n`])
      .split("\n")[1]!
      .startsWith('{"timestamp"'),
    logfmt: parsedApart([`time=${text} level=info msg=x\n`], { format: "logfmt" }).startsWith('{"timestamp"'),
    "the store": stored.withoutTime === 0,
    // What the scan takes without a second look it must take rightly.
    "the scan": (column.kinds & ~(Kind.timestamp | Kind.nanoseconds)) === 0 || stored.withoutTime === 0,
    "RFC 3339 as it is": isCanonicalTime(`"${text}"`) || timeOfJson(`"${text}"`) !== undefined,
  };
}

function expectAll(text: string, isTime: boolean): void {
  const taken = takenBy(text);
  const expected = Object.fromEntries(Object.keys(taken).map((name) => [name, isTime]));
  expect(taken, text).toEqual(expected);
}

it.each([
  ...["2024-02-30T00:00:00Z", "2026-02-29T10:00:00Z", "1900-02-29T00:00:00Z", "2026-11-31T10:00:00.5Z"],
  ...["2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z", "2026-14-01T10:00:00Z", "2026-99-01T10:00:00Z"],
  ...["2026-01-00T10:00:00Z", "2026-01-32T10:00:00Z", "0000-06-01T00:00:00Z", "0000-12-31T23:59:59.5Z"],
  ...["0001-01-01T00:30:00+01:00", "9999-12-31T23:30:00-01:00", "2026-04-31T10:00:00+02:00"],
  ...["2026-11-21T24:00:00Z", "2026-11-21T10:60:00Z", "2026-11-21T23:59:61Z", "2026-11-21T10:00:00+24:00"],
])("%s is no time to anyone", (text) => expectAll(text, false));

it.each([
  ...[
    "2024-02-29T00:00:00Z",
    "2000-02-29T10:00:00.123456789Z",
    "2026-12-31T23:59:60Z",
    "0001-01-01T00:00:00Z",
  ],
  ...["0099-02-28T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-30T10:00:00+05:30", "2026-01-31T00:00:00.5Z"],
])("%s is a time to everyone", (text) => expectAll(text, true));

it("holds for any date", () => {
  const two = (n: number) => String(n).padStart(2, "0");
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 0, max: 9999 }), fc.constantFrom(0, 1, 4, 99, 1900, 2000, 2024, 2026)),
      fc.oneof(fc.integer({ min: 0, max: 14 }), fc.constant(2)),
      fc.oneof(fc.integer({ min: 0, max: 33 }), fc.integer({ min: 28, max: 31 })),
      (year, month, day) => {
        const text = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T10:00:00Z`;
        const days = new Date(0).setUTCFullYear(year, month - 1, day);
        const read = new Date(days);
        const isDate = read.getUTCMonth() === month - 1 && read.getUTCDate() === day;
        expectAll(text, isDate && year > 0);
      },
    ),
    { numRuns: 300 },
  );
});
