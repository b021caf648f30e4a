import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../../fixtures");
const rows = readFileSync(join(root, "README.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| \S+\/\S+ \|/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map((cells) => ({ file: cells[1]!, lines: Number(cells.at(-3)!.replaceAll(",", "")) }));
const bytesOf = (file: string) => {
  const bytes = readFileSync(join(root, file));
  return file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
};
const captured = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => statSync(join(root, name)).isFile())
  .filter((name) => name.includes("/") && !/^(capture|hostile)\//.test(name))
  .sort();

it("README.md names every captured file, and no other", () => {
  expect(rows.map(({ file }) => file).sort()).toEqual(captured);
});

describe.each(rows)("$file", ({ file, lines }) => {
  it("has as many lines as README.md says", () => {
    expect(bytesOf(file).reduce((count, byte) => count + Number(byte === 10), 0)).toBe(lines);
  });

  it("names no machine, home or private path", () => {
    const text = bytesOf(file).toString("latin1");
    expect(
      /@vm\b|\/(work|root|tmp)\/|\/home\/(?!deploy)|registry\.|ssh-(rsa|ed25519) AAAA/.exec(text)?.[0],
    ).toBeUndefined();
  });
});
