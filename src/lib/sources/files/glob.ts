/**
 * Quoted file patterns: `*` and `?` within a name, `[a-z]` and `[!a-z]`, `{a,b}`, and `**` for any depth. A name that
 * starts with a dot is matched only by a pattern that does. `\` takes the next character as it is.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { nameOf, systemPath } from "../../base/local/byte-name.js";
import { isTooMany } from "../identity/open-handles.js";

/** Whether `path` is a pattern rather than a name. */
export function isGlob(path: string): boolean {
  return /[*?[{]/.test(path);
}

/**
 * The files that match, sorted by code unit; directories only as steps on the way. Unreadable directories are passed
 * over. A path that exists as it is written is never taken for a pattern. Rejects where no more files can be opened.
 */
export async function expandGlob(pattern: string): Promise<string[]> {
  if (!isGlob(pattern) || (await isThere(pattern))) return [pattern];
  const found = new Set<string>();
  for (const one of expandBraces(pattern)) {
    const isAbsolute = one.startsWith("/");
    await walk(isAbsolute ? "/" : "", stepsOf(one), found);
  }
  return [...found].sort();
}

/** Whether `expandGlob` would find the path, were it there. Both absolute. */
export function matchesGlob(pattern: string, path: string): boolean {
  const names = stepsOf(path);
  return expandBraces(pattern).some((one) => areMatching(stepsOf(one), names));
}

function areMatching([step, ...rest]: readonly string[], names: readonly string[]): boolean {
  const [name, ...others] = names;
  if (step === undefined || name === undefined) return step === undefined && name === undefined;
  if (step !== "**") return isMatching(step, name) && areMatching(rest, others);
  if (areMatching(rest.length === 0 ? ["*"] : rest, names)) return true;
  return !name.startsWith(".") && areMatching([step, ...rest], others);
}

/** A pattern in two: the directory that it names without a wildcard, and the rest. */
export function splitGlob(pattern: string): { readonly directory: string; readonly rest: string } {
  const steps = pattern.split("/");
  const first = steps.findIndex(isGlob);
  const end = first < 0 ? steps.length - 1 : first;
  return { directory: steps.slice(0, end).join("/") || "/", rest: steps.slice(end).join("/") };
}

function stepsOf(path: string): string[] {
  return path.split("/").filter((step) => step !== "");
}

async function walk(directory: string, steps: readonly string[], found: Set<string>): Promise<void> {
  const [step, ...rest] = steps;
  if (step === undefined) return;
  if (step === "**") {
    await walk(directory, rest.length === 0 ? ["*"] : rest, found);
    for (const entry of await entriesOf(directory)) {
      if (entry.isDirectory && !entry.name.startsWith("."))
        await walk(join(directory, entry.name), steps, found);
    }
    return;
  }
  for (const name of await namesMatching(directory, step)) {
    const path = join(directory, name);
    if (rest.length > 0) await walk(path, rest, found);
    else if (await isFileLike(path)) found.add(path);
  }
}

async function namesMatching(directory: string, step: string): Promise<string[]> {
  if (!isGlob(step)) return [step.replace(/\\(.)/g, "$1")];
  const isMatch = matcherOf(step);
  return (await entriesOf(directory)).map(({ name }) => name).filter(isMatch);
}

function isMatching(step: string, name: string): boolean {
  return isGlob(step) ? matcherOf(step)(name) : step.replace(/\\(.)/g, "$1") === name;
}

function matcherOf(step: string): (name: string) => boolean {
  const pattern = nameExpression(step);
  const isHiddenToo = step.startsWith(".");
  return (name) => (isHiddenToo || !name.startsWith(".")) && pattern.test(name);
}

/**
 * One name's pattern as a regular expression, linear whatever the name: of what a star may skip the least is taken and
 * never given back, which is right because all that stands between two stars has one length. Only the last star looks
 * back from the end.
 */
function nameExpression(step: string): RegExp {
  const pieces = piecesOf(step);
  const [first = "", ...others] = pieces;
  const last = others.pop();
  const middle = others.map((piece, n) => `(?=([^/]*?${piece}))\\${n + 1}`).join("");
  return new RegExp(`^${first}${middle}${last === undefined ? "" : `[^/]*${last}`}$`, "s");
}

/** What stands before, between and behind the stars, as regular expressions. */
function piecesOf(step: string): string[] {
  const pieces = [""];
  for (let i = 0; i < step.length; i++) {
    const char = step[i]!;
    const close = char === "[" ? step.indexOf("]", i + 2) : -1;
    if (close > 0) {
      const body = step.slice(i + 1, close).replace(/[\\\]^]/g, "\\$&");
      pieces[pieces.length - 1] += body.startsWith("!") ? `[^${body.slice(1)}]` : `[${body}]`;
      i = close;
    } else if (char === "*") {
      if (pieces.length === 1 || pieces.at(-1) !== "") pieces.push("");
    } else if (char === "?") pieces[pieces.length - 1] += "[^/]";
    else {
      const literal = char === "\\" && i + 1 < step.length ? step[++i]! : char;
      pieces[pieces.length - 1] += literal.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    }
  }
  return pieces;
}

/** `a{b,c}d` to `abd`, `acd`; the first pair outermost, nested ones as well. A brace without a comma stays. */
export function expandBraces(pattern: string): string[] {
  for (let open = pattern.indexOf("{"); open >= 0; open = pattern.indexOf("{", open + 1)) {
    const parts = braceParts(pattern, open);
    if (parts === undefined) continue;
    const before = pattern.slice(0, open);
    return parts.options.flatMap((option) => expandBraces(before + option + pattern.slice(parts.end)));
  }
  return [pattern];
}

function braceParts(pattern: string, open: number): { options: string[]; end: number } | undefined {
  const options: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let i = open; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === "{") depth++;
    if (char === "}") depth--;
    if ((char === "," && depth === 1) || depth === 0) {
      options.push(pattern.slice(from, i));
      from = i + 1;
    }
    if (depth === 0) return options.length > 1 ? { options, end: i + 1 } : undefined;
  }
  return undefined;
}

async function entriesOf(directory: string): Promise<Entry[]> {
  const path = systemPath(directory === "" ? "." : directory);
  const entries = await readdir(path, { withFileTypes: true, encoding: "buffer" }).catch((error) => {
    if (isTooMany(error)) throw error; // Nothing is known of the directory then, least of all that it is empty.
    return [];
  });
  return entries.map((entry) => ({ name: nameOf(entry.name), isDirectory: entry.isDirectory() }));
}

interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
}

function isThere(path: string): Promise<boolean> {
  return stat(systemPath(path)).then(
    () => true,
    () => false,
  );
}

function isFileLike(path: string): Promise<boolean> {
  return stat(systemPath(path)).then(
    (stats) => !stats.isDirectory(),
    () => false,
  );
}
