/** Reading backwards gives the end of what reading forwards gives, wherever the pieces are cut. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BackwardSource } from "../../../src/lib/show/backwards.js";
import { contentOf } from "../../../src/lib/show/content.js";
import { dispatchInside } from "../../support/in-process.js";
import { temporaryDirectory } from "../../support/logpipe.js";
import { fakeHost } from "../sources/support/host.js";

const WORDS = ["INFO", "WARN", "ERROR"] as const;

const record = fc.record({
  level: fc.constantFrom(...WORDS),
  text: fc.stringMatching(/^[a-z ]{0,300}$/),
  trace: fc.integer({ min: 0, max: 40 }),
});

function logOf(records: readonly { level: string; text: string; trace: number }[], end: string): string {
  const lines = records.map(({ level, text, trace }, n) => {
    const time = new Date(Date.UTC(2026, 10, 21) + n * 1000).toISOString().slice(0, 19).replace("T", " ");
    const frames = Array.from(
      { length: trace },
      (_, at) => `${end}\tat org.example.Frame${at}.run(Frame.java:${at})`,
    );
    return `${time},000 ${level} [main] org.example.Shop - ${text}x${n}${frames.join("")}`;
  });
  return lines.join(end) + end;
}

describe("view --tail", () => {
  it("is the end of what comes forwards", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(undefined, "error", "warn+"),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        async (records, count, level, end, isCut) => {
          const directory = temporaryDirectory();
          const log = logOf(records, end);
          writeFileSync(join(directory, "app.log"), isCut ? log.slice(0, -end.length) : log);
          const condition = level === undefined ? [] : ["--level", level];
          const run = async (...words: string[]) =>
            (
              await dispatchInside(
                ["view", "app.log", "--utc", "-q", ...condition, ...words],
                directory,
                Buffer.alloc(0),
              )
            ).stdout.toString("utf8");
          const all = recordsOf(await run());
          const last = recordsOf(await run("--tail", String(count)));
          expect(last).toEqual(all.slice(-count));
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("lines longer than what is held", () => {
  const HELD = 32 * 1024;
  const LONGEST = 4 * HELD;

  /** What is read of a file of such lines, and what was too long. */
  async function lastOf(lines: readonly string[], count: number, isEnded = true, joinsLines = false) {
    const path = join(temporaryDirectory(), "x.ndjson");
    writeFileSync(path, lines.join("\n") + (isEnded ? "\n" : ""));
    const wanted = { count, transforms: () => [], joinsLines, mostBytes: HELD, maxLineBytes: LONGEST };
    const source = new BackwardSource([{ path, content: await contentOf(path) }], wanted, fakeHost());
    let leftOutBytes = 0;
    source.onOversized = (piece) => (leftOutBytes += piece.length);
    const block = await source.read();
    await source.close();
    return { lines: block?.bytes.toString("latin1").split("\n").slice(0, -1) ?? [], leftOutBytes };
  }

  const line = (length: number, name: string) => `{"a":"${name.padEnd(length - 8, "x")}"}`;
  const short = (n: number) => line(20, `s${n}`);

  it.each([HELD - 2, HELD - 1, HELD, HELD + 1, 2 * HELD, 3 * HELD + 7, LONGEST - 1, LONGEST])(
    "a line of %i bytes comes whole, wherever it stands",
    async (length) => {
      const long = line(length, "l");
      for (const isEnded of [true, false])
        for (const lines of [
          [long],
          [short(1), long],
          [short(1), long, short(2)],
          [short(1), long, long, short(2), long],
          [long, ...Array.from({ length: 50 }, (_, n) => short(n))],
        ])
          for (const count of [1, 3, 60])
            for (const joinsLines of [true, false])
              expect((await lastOf(lines, count, isEnded, joinsLines)).lines).toEqual(lines.slice(-count));
    },
  );

  it.each([LONGEST + 1, 5 * LONGEST])("one of %i is left out, and said, as forwards", async (length) => {
    const read = await lastOf([short(1), line(length, "l"), short(2)], 2);
    expect(read).toEqual({ lines: [short(1), short(2)], leftOutBytes: length });
    expect(await lastOf([line(length, "l")], 2, false)).toEqual({ lines: [], leftOutBytes: length });
  });

  it("stops in the middle of one", async () => {
    const path = join(temporaryDirectory(), "x.ndjson");
    writeFileSync(path, Buffer.alloc(32 << 20, "x"));
    const wanted = { count: 2, transforms: () => [], joinsLines: false, mostBytes: HELD };
    const source = new BackwardSource([{ path, content: await contentOf(path) }], wanted, fakeHost());
    const reading = source.read();
    setImmediate(() => source.stop());
    await reading;
    await source.close();
  });

  it("of 17 MiB comes by the command", async () => {
    const directory = temporaryDirectory();
    const lines = [short(1), line(17 << 20, "l"), short(2)];
    writeFileSync(join(directory, "x.ndjson"), `${lines.join("\n")}\n`);
    const words = ["view", "x.ndjson", "--tail", "2", "--to", "ndjson"];
    const { stdout, code } = await dispatchInside(words, directory, Buffer.alloc(0));
    expect(code).toBe(0);
    expect(stdout.length).toBe(lines[1]!.length + lines[2]!.length + 2);
  });
});

/** The printed events, each with the lines under it. */
function recordsOf(text: string): readonly string[] {
  return text
    .split(/\n(?=\d{4}-)/)
    .filter((one) => one !== "")
    .map((one) => one.trimEnd());
}
