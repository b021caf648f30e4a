import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dispatchInside } from "../../../support/in-process.js";

/** Each value twice; the last two are one text, written with and without an escape. */
const VALUES = ["1", "1.0", "1e0", '"1"', "null", "true", '"true"', '"\\u0061"', '"a"'];
const KEYS = VALUES.length - 1;

it("throttle, dedupe and window tell the values of a field apart alike", async () => {
  const lines = [...VALUES, ...VALUES].map((value) => `{"timestamp":"2026-01-01T00:00:00Z","k":${value}}\n`);
  const directory = mkdtempSync(join(tmpdir(), "keys-"));
  const counted = async (...words: string[]) => {
    const ran = await dispatchInside(words, directory, Buffer.from(lines.join("")));
    return ran.stdout.toString().split("\n").length - 1;
  };
  try {
    expect({
      throttle: await counted("throttle", "1/h", "--on-limit", "drop", "--by", "k", "-q"),
      dedupe: await counted("dedupe", "--by", "k", "-q"),
      window: await counted("window", "1h", "--agg", "count", "--by", "k", "-q"),
    }).toEqual({ throttle: KEYS, dedupe: KEYS, window: KEYS });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
