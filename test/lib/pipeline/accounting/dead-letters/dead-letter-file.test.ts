import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LetterFile } from "../../../../../src/lib/pipeline/accounting/dead-letters/dead-letter-file.js";
import { temporaryDirectory } from "../../../../support/logpipe.js";

const letter = (n: number, bytes = 40) => Buffer.from(`{"n":${n},"raw":"${"x".repeat(bytes)}"}\n`);

describe("dead letters in a file", () => {
  it("a letter that was cut anywhere takes no other with it", () => {
    const whole = letter(1);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), fc.integer({ min: 1, max: 3 }), (cut, more) => {
        const path = join(temporaryDirectoryOnce(), "dead.ndjson");
        writeFileSync(path, whole);
        truncateSync(path, cut);
        const file = new LetterFile(path, { isDefault: false });
        for (let n = 0; n < more; n++)
          expect(file.append(letter(n + 2))).toEqual({ kept: 1, error: undefined });
        const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
        const readable = lines.flatMap((line) => numberIn(line));
        expect(readable.slice(-more)).toEqual(Array.from({ length: more }, (_, n) => n + 2));
        expect(lines.length - readable.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("says how many are whole when there is room for a part", () => {
    const path = join(temporaryDirectory(), "pipe");
    expect(spawnSync("mkfifo", [path]).status).toBe(0);
    // 64 KiB fit a pipe that nobody reads from.
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const file = new LetterFile(path, { isDefault: false });
      const { kept, error } = file.append(
        Buffer.concat(Array.from({ length: 100 }, (_, n) => letter(n, 10_000))),
      );
      expect(kept).toBe(6);
      expect(String(error)).toContain("nobody reads it");
    } finally {
      closeSync(reader);
    }
  });

  it.each(["/dev/full", "/proc/nothing/here/dead.ndjson"])(
    "loses them without throwing where there is no place: %s",
    (path) => {
      for (const isDefault of [true, false]) {
        const { kept, error } = new LetterFile(path, { isDefault }).append(letter(1));
        expect({ kept, isError: error instanceof Error }).toEqual({ kept: 0, isError: true });
      }
    },
  );

  it("does not wait for somebody to read from a named pipe", () => {
    const path = join(temporaryDirectory(), "pipe");
    spawnSync("mkfifo", [path]);
    expect(new LetterFile(path, { isDefault: false }).append(letter(1)).kept).toBe(0);
  });

  it("goes through a link that was named, not through one that somebody put where nobody did", () => {
    const directory = temporaryDirectory();
    const target = join(directory, "target");
    writeFileSync(target, "precious\n");
    symlinkSync(target, join(directory, "dead.ndjson"));
    expect(new LetterFile(join(directory, "dead.ndjson"), { isDefault: true }).append(letter(1)).kept).toBe(
      0,
    );
    expect(readFileSync(target, "utf8")).toBe("precious\n");
    expect(new LetterFile(join(directory, "dead.ndjson"), { isDefault: false }).append(letter(1)).kept).toBe(
      1,
    );
  });
});

describe("the file that nobody chose", () => {
  it("is bounded: it is rotated, the oldest goes, and the letters of this run that went with it are counted", () => {
    const directory = temporaryDirectory();
    const path = join(directory, "dead-letters.ndjson");
    const size = letter(10).length;
    const file = new LetterFile(path, { isDefault: true, bytesMax: 2 * size });
    for (let n = 10; n < 30; n++) expect(file.append(letter(n)).kept).toBe(1);
    file.sync();
    expect(readdirSync(directory).sort()).toEqual([
      "dead-letters.1.ndjson",
      "dead-letters.2.ndjson",
      "dead-letters.3.ndjson",
      "dead-letters.ndjson",
    ]);
    const kept = ["3", "2", "1"].map((n) => join(directory, `dead-letters.${n}.ndjson`)).concat(path);
    const numbers = kept.flatMap((one) =>
      readFileSync(one, "utf8").split("\n").slice(0, -1).flatMap(numberIn),
    );
    expect(numbers).toEqual(Array.from({ length: 8 }, (_, n) => 22 + n));
    expect(file.dropped).toBe(12);
    for (const one of kept) expect(statSync(one).mode & 0o777).toBe(0o600);
  });

  it("takes letters larger than its bound, and a file that is too large already", () => {
    const path = join(temporaryDirectory(), "dead-letters.ndjson");
    writeFileSync(path, letter(1, 1000));
    const file = new LetterFile(path, { isDefault: true, bytesMax: 100 });
    expect(file.append(letter(2, 500)).kept).toBe(1);
    expect(readFileSync(path, "utf8")).toBe(letter(2, 500).toString());
  });

  it("is left to who rotates it now, and taken from who was killed while rotating", () => {
    const path = join(temporaryDirectory(), "dead-letters.ndjson");
    const file = new LetterFile(path, { isDefault: true, bytesMax: 10 });
    file.append(letter(1));
    appendFileSync(`${path}.lock`, "");
    expect(file.append(letter(2)).kept).toBe(1);
    expect(existsSync(path.replace(".ndjson", ".1.ndjson"))).toBe(false);
    utimesSync(`${path}.lock`, 1, 1);
    expect(file.append(letter(3)).kept).toBe(1);
    expect(readFileSync(path.replace(".ndjson", ".1.ndjson"), "utf8")).toBe(`${letter(1)}${letter(2)}`);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it("a file that the user named is never rotated", () => {
    const directory = temporaryDirectory();
    const file = new LetterFile(join(directory, "mine"), { isDefault: false, bytesMax: 10 });
    for (let n = 0; n < 5; n++) file.append(letter(n));
    expect(readdirSync(directory)).toEqual(["mine"]);
  });
});

let once: string | undefined;

function temporaryDirectoryOnce(): string {
  once ??= temporaryDirectory();
  return once;
}

/** Of a line that is a letter. */
function numberIn(line: string): number[] {
  try {
    return [(JSON.parse(line) as { n: number }).n];
  } catch {
    return [];
  }
}
