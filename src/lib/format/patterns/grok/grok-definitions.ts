/** Files of grok definitions, as Logstash, Elasticsearch and Vector have them. */
import { failure } from "../../../base/errors/index.js";

/** What a captured text becomes. */
export type GrokType = "int" | "float" | "boolean" | "text";

export interface GrokDefinition {
  readonly source: string;
  /** What a field is that it captures, where the reference does not say it; absent: text. */
  readonly type?: GrokType;
  /** Where it was read; absent: it is built in. */
  readonly path?: string;
  readonly line?: number;
}

/** By name. */
export type GrokDefinitions = ReadonlyMap<string, GrokDefinition>;

/** More names or bytes than this are no library of patterns; Logstash's has 500 names in 120 kB. */
const NAMES_MAX = 100_000;
const FILE_UNITS_MAX = 16 << 20;

/**
 * The definitions of one file. A line is a name, blanks and an expression; lines that begin with `#` and empty ones are
 * passed over. A file that is one JSON object maps names to expressions (Vector's `alias_sources`, Elasticsearch's
 * `pattern_definitions`). Throws usage.file for a line without an expression, and for a file that is no text.
 */
export function readDefinitions(text: string, path: string): [string, GrokDefinition][] {
  if (text.length > FILE_UNITS_MAX)
    throw faultIn(path, 1, "it has more than 16 MiB: is it a file of patterns?");
  if (text.includes("\0")) throw faultIn(path, 1, "it is no text file");
  const trimmed = text.trimStart();
  const found = trimmed.startsWith("{") ? fromJson(trimmed, path) : fromLines(text, path);
  if (found.length > NAMES_MAX) throw faultIn(path, 1, `it has more than ${NAMES_MAX} definitions`);
  return found;
}

function fromLines(text: string, path: string): [string, GrokDefinition][] {
  const found: [string, GrokDefinition][] = [];
  for (const [n, whole] of text
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    if (/^\s*(?:#|$)/.test(line)) continue;
    const [, name, source] = /^\s*([^\s%{}()[\]\\^$|*+?]+)\s+(.*)$/.exec(line) ?? [];
    if (name === undefined || source === undefined || source === "") {
      const reason = "a definition is a name, a blank and an expression";
      throw faultIn(path, n + 1, reason);
    }
    found.push([name, { source, path, line: n + 1 }]);
  }
  return found;
}

function fromJson(text: string, path: string): [string, GrokDefinition][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw faultIn(path, 1, `it begins as JSON and is none: ${(error as Error).message}`);
  }
  return Object.entries(value as object).map(([name, source]) => {
    if (typeof source !== "string") throw faultIn(path, 1, `the definition of "${name}" is no text`);
    return [name, { source, path, line: 1 }];
  });
}

function faultIn(path: string, line: number, reason: string) {
  return failure("usage.file", {
    place: `${path}:${line}`,
    reason,
    hint: "a line is like: CODE [A-Z]{3}-%{INT}",
  });
}
