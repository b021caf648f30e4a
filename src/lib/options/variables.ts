/**
 * `${NAME}` and `${file:PATH}` in a YAML file: the values of environment variables and the content of files, which
 * errors never show.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { failure, LogpipeError, reasonOf } from "../base/errors/index.js";

/** Replaces the variables in the texts of one file, and remembers which. */
export interface Variables {
  /**
   * `text`, where `${NAME}` and `${NAME:-DEFAULT}` are the values of variables, `${file:PATH}` is the content of a file
   * without its last newline, and `$${` is `${`. Throws usage.file at `place` for a variable that is not set and has no
   * default, and for what cannot be read. PATH starts where the YAML file of `place` lies.
   */
  replace(text: string, place: string): string;
  /** The error with the names in place of the values: those may be secrets. */
  hide(error: unknown): unknown;
  /** A text without them, likewise. */
  hidden(text: string): string;
}

const REFERENCE = /(\$?)\$\{([^}]*)(\}?)/g;
/** `:-` for one that is empty, too, as in a shell. */
const NAMED = /^([A-Za-z_]\w*)(?:(:?)-([\s\S]*))?$/;
const FROM_FILE = /^file:([\s\S]*)$/;
/** More than any secret; a log or a disk is named by mistake. */
const FILE_BYTES_MAX = 1024 * 1024;
/** Messages show the beginning of long values. */
const SHOWN_CHARS = 40;
/** Shorter ones are in every other message by chance. */
const HIDDEN_CHARS_MIN = 3;

/** `cwd`: where the paths of YAML files start from. */
export function variablesOf(env: Readonly<Record<string, string | undefined>>, cwd = "."): Variables {
  const shown = new Map<string, string>();
  const contents = new Map<string, string>();
  const remember = (value: string, name: string) => {
    for (const part of partsOf(value)) if (!shown.has(part)) shown.set(part, `\${${name}}`);
    return value;
  };
  const hidden = (text: string) =>
    [...shown]
      .sort(([a], [b]) => b.length - a.length)
      .reduce((so, [value, name]) => without(so, value, name), text);
  return {
    replace(text, place) {
      if (!text.includes("${")) return text;
      const pieces: Piece[] = [];
      let at = 0;
      const read = (sign: string, written: string, inner: string, end: string) => {
        if (sign !== "") return written.slice(1);
        const path = end === "" ? undefined : FROM_FILE.exec(inner)?.[1];
        if (path !== undefined) {
          const full = resolve(cwd, dirname(place.replace(/:\d+:\d+$/, "")), path);
          const content = contents.get(full) ?? contentOf(path, full, place);
          contents.set(full, content);
          return remember(content, inner);
        }
        const found = end === "" ? null : NAMED.exec(inner);
        if (found === null) throw unreadable(place);
        const [, name = "", colon, otherwise] = found;
        const value = env[name];
        const isThere = value !== undefined && (colon !== ":" || value !== "");
        if (!isThere && otherwise === undefined) throw missing(name, place);
        if (!isThere) return otherwise!;
        return remember(value, name);
      };
      for (const match of text.matchAll(REFERENCE)) {
        const [written, sign = "", inner = "", end = ""] = match;
        pieces.push({ value: text.slice(at, match.index) });
        at = match.index + written.length;
        const value = read(sign, written, inner, end);
        pieces.push(sign === "" ? { value, written } : { value });
      }
      pieces.push({ value: text.slice(at) });
      for (const [word, written] of wordsAround(pieces)) if (!shown.has(word)) shown.set(word, written);
      return pieces.map(({ value }) => value).join("");
    },
    hide(error) {
      if (!(error instanceof LogpipeError) || shown.size === 0) return error;
      const { code, exitCode, help } = error;
      return new LogpipeError(code, { message: hidden(error.message), help: help && hidden(help), exitCode });
    },
    hidden,
  };
}

/** A stretch of a text: what it is, and how it was written where that is a reference. */
interface Piece {
  readonly value: string;
  readonly written?: string;
}

/** Whole words that have a value within: what stands around it is in the same word of a message. */
function wordsAround(pieces: readonly Piece[]): readonly (readonly [string, string])[] {
  const words: { value: string; written: string; isHiding: boolean }[] = [];
  let word = { value: "", written: "", isHiding: false };
  const next = () => {
    words.push(word);
    word = { value: "", written: "", isHiding: false };
  };
  for (const { value, written } of pieces) {
    if (written !== undefined) {
      word = { value: word.value + value, written: word.written + written, isHiding: true };
      continue;
    }
    for (const part of value.split(/([^\p{L}\p{N}_]+)/u)) {
      if (/^[^\p{L}\p{N}_]+$/u.test(part)) next();
      else word = { ...word, value: word.value + part, written: word.written + part };
    }
  }
  next();
  return words.flatMap(({ value, written, isHiding }) =>
    isHiding && value.length >= HIDDEN_CHARS_MIN ? [[value, written] as const] : [],
  );
}

/** What messages may show of a value: all of it, a line, the beginning of a long one. */
function partsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/);
  const parts = [value, value.trim(), ...lines, ...lines.map((line) => line.trim())];
  const begun = [value, ...lines].map((part) => part.slice(0, SHOWN_CHARS));
  return [...new Set([...parts, ...begun])].filter((part) => part.length >= HIDDEN_CHARS_MIN);
}

function contentOf(path: string, full: string, place: string): string {
  const hint = "PATH starts where the file that names it lies";
  if (path.trim() === "")
    throw failure("usage.file", { place, reason: "the name of a file is missing here", hint });
  try {
    const found = statSync(full);
    if (!found.isFile() && !found.isDirectory()) throw new Error("it is no regular file");
    if (found.size > FILE_BYTES_MAX) throw tooLarge(path, place);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(full));
    return text.replace(/\r?\n$/, "");
  } catch (error) {
    if (error instanceof LogpipeError) throw error;
    const reason = error instanceof TypeError ? "it is no UTF-8 text" : reasonOf(error);
    throw failure("usage.file", { place, reason: `cannot read \${file:${path}}: ${reason}`, hint }, error);
  }
}

function tooLarge(path: string, place: string): LogpipeError {
  return failure("usage.file", {
    place,
    reason: `\${file:${path}} is larger than 1 MiB`,
    hint: "it stands for a value such as a password; files of events are read by sources",
  });
}

/** Whole words only: `prod` is not taken out of `product`. As it is, and as a message quotes it. */
function without(text: string, value: string, name: string): string {
  let so = text;
  for (const form of new Set([value, JSON.stringify(value).slice(1, -1)])) {
    const exact = form.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
    so = so.replace(new RegExp(`(?<![\\p{L}\\p{N}_{])${exact}(?![\\p{L}\\p{N}_])`, "gu"), () => name);
  }
  return so;
}

function missing(name: string, place: string): LogpipeError {
  return failure("usage.file", {
    place,
    reason: `the environment variable ${name} is not set`,
    hint: `set it, or give it a default: \${${name}:-VALUE}; $\${${name}} is the text itself`,
  });
}

function unreadable(place: string): LogpipeError {
  return failure("usage.file", {
    place,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what stands in the file
    reason: "a variable is written ${NAME} or ${NAME:-DEFAULT}, a file ${file:PATH}",
    hint: "for the text itself write $${",
  });
}
