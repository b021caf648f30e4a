import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniform } from "../../../support/random.js";
import { at, Detection } from "./harness.js";

/** Steady noise with a spike at `spikeAt`. */
function noisy(count: number, spikeAt: number, more: object = {}): object[] {
  const next = uniform(5);
  return Array.from({ length: count }, (_, n) => ({
    timestamp: at(n),
    ...more,
    ms: n === spikeAt ? 900 : 200 + Math.round(20 * next()),
  }));
}

describe("values", () => {
  test("an anomaly has score, expected, observed and a reason; all other bytes stay", () => {
    const events = noisy(400, 300);
    const detection = new Detection({ value: "ms" }).pushEvents(events);
    const [found, ...others] = detection.found;
    expect(others).toEqual([]);
    expect(found).toMatchObject({ ms: 900, anomaly: { observed: 900 } });
    expect(found!.anomaly.score).toBeGreaterThan(0.99);
    expect(found!.anomaly.expected).toBeCloseTo(210, -1);
    expect(found!.anomaly.reason).toMatch(
      /^ms is 900, where 2\d\d is usual: higher than any of the last 300 values$/,
    );
    expect(detection.output.replace(/,"anomaly":\{.*\}\}$/m, "}")).toBe(
      events.map((event) => `${JSON.stringify(event)}\n`).join(""),
    );
  });

  test("groups have pasts of their own", () => {
    const low = noisy(300, -1, { host: "low" });
    const high = low.map((event) => ({ ...event, host: "high", ms: 10_000 }));
    const both = low.flatMap((event, n) => [event, high[n]!]);
    const odd = { timestamp: at(301), host: "low", ms: 10_000 };
    expect(new Detection({ value: "ms", by: ["host"] }).pushEvents([...both, odd]).found).toHaveLength(1);
    expect(new Detection({ value: "ms" }).pushEvents([...both, odd]).found).toHaveLength(0);
  });

  test("one anomaly an episode, unless something worse comes", () => {
    const events = noisy(400, -1).map((event, n) => ({
      ...event,
      ...(n >= 300 && n < 320 ? { ms: 900 } : {}),
    }));
    const detection = new Detection({ value: "ms", method: "mad" }).pushEvents(events);
    expect(detection.found).toHaveLength(1);
    expect(detection.counts["repeated"]).toBeGreaterThan(10);
    const worse = events.map((event, n) => (n === 310 ? { ...event, ms: 5000 } : event));
    expect(new Detection({ value: "ms", method: "mad" }).pushEvents(worse).found).toHaveLength(2);
  });

  test("a cooldown goes by the time of the events", () => {
    const spiky = noisy(1000, -1).map((event, n) =>
      n >= 300 && n % 20 === 0 ? { ...event, ms: 900 } : event,
    );
    const short = new Detection({ value: "ms", method: "mad", cooldown: 10_000 }).pushEvents(spiky).found;
    const long = new Detection({ value: "ms", method: "mad", cooldown: 3_600_000 }).pushEvents(spiky).found;
    expect(short.length).toBeGreaterThan(20);
    expect(long.length).toBeLessThan(6);
  });

  test("nothing is an anomaly while a series is new", () => {
    const early = new Detection({ value: "ms", warmup: 350 }).pushEvents(noisy(400, 300));
    expect(early.found).toEqual([]);
    expect(early.counts["in_warmup"]).toBe(1);
  });

  test("a group of a long name is known by its beginning", () => {
    const host = "h".repeat(10_000);
    const events = noisy(60, -1, { host }).concat(noisy(100, -1, { host: "b" }).slice(60));
    const { found } = new Detection({ silence: true, by: ["host"], warmup: 20 }).pushEvents(events);
    expect(found).toMatchObject([{ host: `"${"h".repeat(199)}` }]);
  });

  test("results of window have their time in window_start", () => {
    const events = noisy(50, -1).map((event, n) => ({ window_start: at(n * 60), ms: event }));
    expect(new Detection({ value: "ms" }).pushEvents(events).counts["without_time"]).toBeUndefined();
    const other = new Detection({ value: "ms", timeField: "ts" }).pushEvents(events);
    expect(other.counts["without_time"]).toBe(50);
  });

  test("sensitivity and threshold", () => {
    const events = noisy(3000, -1).map((event, n) => (n === 2000 ? { ...event, ms: 222 } : event));
    const count = (options: object) =>
      new Detection({ value: "ms", ...options }).pushEvents(events).found.length;
    expect(count({ sensitivity: "low" })).toBe(0);
    expect(count({ sensitivity: "high" })).toBeGreaterThanOrEqual(count({}));
    expect(count({ threshold: 0.999 })).toBe(0);
    expect(count({ threshold: 0.01 })).toBeGreaterThan(0);
  });

  test("values that are missing, no numbers or too large are counted and change nothing", () => {
    const odd = [{}, { ms: "fast" }, { ms: null }, { ms: [1] }].map((event) => JSON.stringify(event));
    const lines = noisy(400, 300).flatMap((event, n) =>
      n % 40 === 0 ? [JSON.stringify(event), odd[(n / 40) % 4]!, '{"ms":1e999}'] : [JSON.stringify(event)],
    );
    const detection = new Detection({ value: "ms" }).push(`${lines.join("\n")}\n`);
    expect(detection.found).toHaveLength(1);
    expect(detection.counts).toMatchObject({ without_value: 3, not_a_number: 17, without_time: 20 });
  });

  test("groups beyond the most are forgotten, least recently used first", () => {
    const detection = new Detection({ value: "ms", by: ["id"], maxGroups: 8, warmup: 50 });
    for (let n = 0; n < 400; n++)
      detection.pushEvents([
        { id: "kept", ms: n === 399 ? 900 : 200 + (n % 7) },
        { id: n, ms: 5 },
      ]);
    expect(detection.found).toMatchObject([{ id: "kept" }]);
    expect(detection.counts["forgotten_groups"]).toBeGreaterThan(380);
  });

  test("a value's digits and an anomaly that is there already", () => {
    const lines = noisy(300, -1).map((event) => JSON.stringify(event));
    const odd = '{ "ms" : 9000000000.0e0 , "anomaly":1,"id":9223372036854775807}';
    const { output } = new Detection({ value: "ms" }).push(`${[...lines, odd].join("\n")}\n`);
    const last = output.trimEnd().split("\n").at(-1)!;
    expect(last).toMatch(
      /^\{"ms" : 9000000000\.0e0,"anomaly":\{"score":1,.*"observed":9000000000\.0e0,.*\},"id":9223372036854775807\}$/,
    );
  });
});

describe("any stream", () => {
  const options = [
    { value: "v", by: ["g"], threshold: 0.05, warmup: 3 },
    { value: "v", method: "mad", cooldown: 5000, warmup: 3 },
    { every: 2000, by: ["g"], threshold: 0.05, warmup: 1, method: "ewma" },
    { distinct: "v", every: 3000, threshold: 0.05, warmup: 1, method: "change" },
    { new: "v", vanished: "v", silence: true, by: ["g"], warmup: 2, threshold: 0.05, maxGroups: 8 },
    { value: "v", new: "g", silence: true, every: 1000, warmup: 0, threshold: 0, only: true },
  ];
  const line = fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .record({
          t: fc.integer({ min: 0, max: 30 }),
          g: fc.constantFrom('"a"', '"b"', "1", undefined),
          v: fc.constantFrom("1", "2", "1000", '"x"', "null", "-0", "1e400"),
        })
        .map(({ t, g, v }) => ({ t, text: `${g === undefined ? "" : `"g":${g},`}"v":${v}` })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "not json",
        "[]",
        "",
        "{}",
        '{"timestamp":"2099-01-01T00:00:00Z"}',
        '{"timestamp":7}',
        '{"timestamp":"1970-01-01T00:00:00Z","v":3}',
      ),
    },
  );
  const streams = fc.array(line, { minLength: 1, maxLength: 150 }).map((parts) => {
    let seconds = 0;
    return parts.map((part) => {
      if (typeof part === "string") return `${part}\n`;
      seconds += part.t - 5;
      return `{"timestamp":"${at(seconds)}",${part.text}}\n`;
    });
  });

  test.each(options.map((option) => ({ option })))(
    "is the same at any cut, saved and loaded: $option",
    ({ option }) => {
      fc.assert(
        fc.property(streams, fc.array(fc.nat(150), { maxLength: 6 }), (lines, cuts) => {
          const whole = new Detection(option).push(lines.join(""));
          const pieces = new Detection(option);
          let from = 0;
          for (const cut of [...new Set(cuts.filter((cut) => cut > 0 && cut < lines.length))].sort(
            (a, b) => a - b,
          )) {
            pieces.push(lines.slice(from, cut).join(""));
            pieces.load(pieces.save());
            from = cut;
          }
          pieces.push(lines.slice(from).join(""));
          expect(pieces.output).toBe(whole.output);
          expect(pieces.counts).toEqual(whole.counts);
          expect(pieces.rejected).toEqual(whole.rejected);
        }),
        { numRuns: 60 },
      );
    },
  );

  test.each(options.filter((option) => option.only !== true).map((option) => ({ option })))(
    "events pass, whatever is found: $option",
    ({ option }) => {
      fc.assert(
        fc.property(streams, (lines) => {
          const { output } = new Detection(option).push(lines.join(""));
          const isEvent = (text: string) => text.startsWith("{");
          const passed = output.split("\n").filter((text) => text !== "");
          for (const text of passed) JSON.parse(text);
          const bare = passed.map((text) => text.replace(/,?"anomaly":\{.*\}\}$/, "}"));
          const own = lines.map((text) => text.trimEnd()).filter(isEvent);
          let next = 0;
          for (const text of bare) if (text === own[next]) next++;
          expect(next).toBe(own.length);
        }),
        { numRuns: 60 },
      );
    },
  );
});

test("a state of another version is refused", () => {
  const detection = new Detection({ value: "ms" });
  expect(() => detection.load({ version: 0 })).toThrow(/saved state of detect has version 0/);
});
