/** The words of the command line, those that name files of names that are not UTF-8 among them. */
import { lstatSync, readFileSync } from "node:fs";
import { nameOf, systemPath } from "../lib/base/local/byte-name.js";

const NOT_KNOWN = "\ufffd";

/** Node puts U+FFFD in the place of what is no character, and then nobody finds the file. Linux has the bytes. */
export function commandWords(): string[] {
  const words = process.argv.slice(2);
  if (!words.some((word) => word.includes(NOT_KNOWN))) return words;
  try {
    const names = readFileSync("/proc/self/cmdline", "latin1")
      .split("\0")
      .slice(-1 - words.length, -1)
      .map((name) => Buffer.from(name, "latin1"));
    return words.map((word, n) => (names[n]?.toString() === word ? fileWord(word, names[n]) : word));
  } catch {
    return words;
  }
}

function fileWord(word: string, bytes: Buffer): string {
  const name = nameOf(bytes);
  return lstatSync(systemPath(name), { throwIfNoEntry: false }) === undefined ? word : name;
}
