/** Reading backwards gives the end of what reading forwards gives, wherever the pieces are cut. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dispatchInside } from "../../support/in-process.js";
import { temporaryDirectory } from "../../support/logpipe.js";

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

/** The printed events, each with the lines under it. */
function recordsOf(text: string): readonly string[] {
  return text
    .split(/\n(?=\d{4}-)/)
    .filter((one) => one !== "")
    .map((one) => one.trimEnd());
}
