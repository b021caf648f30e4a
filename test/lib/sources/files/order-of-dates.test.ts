import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { orderOfDatesIn } from "../../../../src/lib/sources/files/order-of-dates.js";

const directory = mkdtempSync(join(tmpdir(), "order-of-dates-"));
afterAll(() => rmSync(directory, { recursive: true }));

const two = (n: number) => String(n).padStart(2, "0");
/** Lines of the days from one of April on, so many a day. */
const days = (from: number, to: number, perDay: number, isDayFirst: boolean) =>
  Array.from({ length: to - from + 1 }, (_, n) => two(from + n)).flatMap((day) =>
    Array.from(
      { length: perDay },
      (_, n) =>
        `${isDayFirst ? `${day}/04` : `04/${day}`}/2026 10:${two(n % 60)}:00 INFO order ${n} accepted\n`,
    ),
  );

function inFile(content: string | Buffer) {
  const path = join(directory, "x.log");
  writeFileSync(path, content);
  return orderOfDatesIn(path);
}

describe("the order of the dates of a file", () => {
  it.each([true, false])("is seen wherever the line is that shows it, day first: %s", async (isDayFirst) => {
    const wanted = isDayFirst ? "dmy" : "mdy";
    expect(await inFile(days(1, 13, 1, isDayFirst).join(""))).toBe(wanted);
    expect(await inFile(days(13, 13, 1, isDayFirst).join(""))).toBe(wanted);
    expect(await inFile(days(3, 20, 400, isDayFirst).join(""))).toBe(wanted);
    expect(await inFile(days(20, 28, 400, isDayFirst).join("") + days(1, 5, 4000, isDayFirst).join(""))).toBe(
      wanted,
    );
    // The last line alone, of many.
    expect(await inFile(days(1, 12, 2000, isDayFirst).join("") + days(13, 13, 1, isDayFirst).join(""))).toBe(
      wanted,
    );
    expect(await inFile(days(1, 13, 1, isDayFirst).join("").trimEnd())).toBe(wanted);
  });

  it.each(["2026-04-01 10:00:00 INFO x", "", "Server starting", "# a comment"])(
    "is known below %j",
    async (top) => {
      expect(await inFile(`${top}\n${days(13, 14, 1, true).join("")}`)).toBe("dmy");
      expect(await inFile(`${`${top}\n`.repeat(1000)}${days(13, 14, 1, true).join("")}`)).toBe("dmy");
    },
  );

  it("is not known where no line shows it, or the file has no such dates", async () => {
    expect(await inFile("")).toBeUndefined();
    expect(await inFile(days(1, 12, 300, true).join(""))).toBeUndefined();
    expect(await inFile("2026-04-01 10:00:00 INFO x\n".repeat(300))).toBeUndefined();
    expect(await inFile(gzipSync(days(13, 14, 1, true).join("")))).toBeUndefined();
    expect(await orderOfDatesIn(directory)).toBeUndefined();
  });
});
