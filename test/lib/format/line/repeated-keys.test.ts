import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventWriter } from "../../../../src/lib/event/writer.js";
import { FormatDetector } from "../../../../src/lib/format/detector.js";
import { formats } from "../../../../src/lib/format/registry.js";
import { NOW_MS } from "../examples.js";

const read = (line: string): string => {
  const event = new EventWriter();
  const detector = new FormatDetector(formats, { nowMs: () => NOW_MS });
  expect(detector.parse(line, event), line).toBe(true);
  event.end();
  return event.take();
};

const HEADS = {
  text: "2026-11-21 10:00:01 WARN few left",
  bracketed: "[WARN] [main] few left",
  klog: 'W1121 10:00:01.000123    7 cart.go:9] "few left"',
  zerolog: "10:00AM WRN cart/main.go:7 > few left",
  syslog: "<12>Nov 21 10:00:01 web-1 cart[7]: few left",
} as const;

describe("keys that a line has several times", () => {
  it.each(Object.entries(HEADS))("keep all their values: %s", (_name, head) => {
    const event = JSON.parse(read(`${head} id="aa" id="bb" n=1 id="cc" id="dd" n=2`));
    expect(event).toMatchObject({ id: "aa", "event.id": ["bb", "cc", "dd"], n: 1, "event.n": 2 });
  });

  it.each([
    ["level=info level=odd", { level: "warn", "event.level": ["info", "odd"] }],
    ["id=1 id=2 event.id=3", { id: 1, "event.id": 2, "event.event.id": 3 }],
    ["event.id=3 id=1 id=2", { id: 1, "event.id": 3, "event.event.id": 2 }],
    ["pid=3 pid=4 pid=5", { pid: 3, "event.pid": [4, 5] }],
    ["message=a message=b id=7", { message: "few left", "event.message": ["a", "b"] }],
    ['{"id":1,"id":2,"id":3}', { id: 3, "event.id": [1, 2] }],
    ['id=0 n=1 {"id":1,"id":2}', { id: 2, "event.id": [1, 0], n: 1 }],
    ['{"":1,"id":2}', { message: 'few left {"":1,"id":2}' }],
  ])("as a list beside the first, or the last of an object: %s", (tail, event) => {
    expect(JSON.parse(read(`${HEADS.text} ${tail}`))).toMatchObject(event);
  });

  it("lose nothing and are no key twice, whatever they are", () => {
    const key = fc.constantFrom(
      "id",
      "level",
      "message",
      "msg",
      "host",
      "event.id",
      "event.event.id",
      "time",
      "tags",
      "file",
    );
    fc.assert(
      fc.property(
        fc.array(key, { minLength: 3, maxLength: 9 }),
        fc.constantFrom(...Object.values(HEADS)),
        (keys, head) => {
          const values = keys.map((_, n) => `value${n}q`);
          const json = read(`${head} ${keys.map((name, n) => `${name}="${values[n]}"`).join(" ")}`);
          for (const value of values) expect(json).toContain(value);
          const names = [...json.matchAll(/[{,]"([a-z_.]+)":/g)].map((match) => match[1]);
          expect(new Set(names).size).toBe(names.length);
        },
      ),
    );
  });
});
