// Enter here: what is reported at the end of a run: fields that no event had, log lines that were not parsed.
/** Says at the end which fields of a stage no event had: a misspelt name otherwise changes results without a word. */
import { suggest } from "../../../base/suggest.js";
import { RULES } from "../../../format/normalise/well-known.js";
import { type FieldsSeen, pathsOf } from "../../chain/field-watch.js";
import type { Host } from "../../contract/host.js";
import type { AskedField } from "../../contract/stage.js";

/** Names that are shown where none is near. */
const SHOWN_MAX = 8;

export class MissingFields {
  private readonly stages: ReadonlyMap<string, readonly AskedField[]>;
  private readonly seen = new Map<string, Set<string>>();
  private readonly names = new Map<string, Set<string>>();

  /** The fields that stages were told of, by label. */
  constructor(stages: ReadonlyMap<string, readonly AskedField[]>) {
    this.stages = stages;
  }

  add(fields: Readonly<Record<string, FieldsSeen>> = {}): void {
    for (const [label, { seen, names }] of Object.entries(fields)) {
      addAll(this.seen, label, seen);
      addAll(this.names, label, names);
    }
  }

  report(host: Pick<Host, "log">): void {
    for (const [label, fields] of this.stages) {
      const seen = this.seen.get(label);
      const names = [...(this.names.get(label) ?? [])];
      // Nothing has come to it, or no event.
      if (seen === undefined || names.length === 0) continue;
      const isAbsent = (paths: readonly string[]) => !paths.some((path) => seen.has(path));
      const missing = fields.map(pathsOf).filter(isAbsent);
      const told = new Map(missing.map((paths) => [paths.join("\n"), paths]));
      for (const paths of told.values()) host.log("info", `${label}: ${absent(paths, names)}`);
    }
  }
}

function absent(paths: readonly string[], names: readonly string[]): string {
  const said = `no event has the field ${paths.map((path) => `"${path}"`).join(" or ")}`;
  const other = first(paths, (path) => otherNameOf(path, names));
  if (other !== undefined) return `${said}; parse gives "${other}" that name: put it before`;
  const time = first(paths, (path) => requestTimeFor(path, names));
  if (time !== undefined) return `${said}; they have the time of a request as "${time}"${unitOf(time)}`;
  const meant = first(paths, (path) => meantBy(path, names));
  if (meant !== undefined) return `${said}; did you mean "${meant}"?`;
  if (names.includes("raw")) return `${said}: lines in "raw" are read by parse: put it before`;
  const shown = names.slice(0, SHOWN_MAX).join(", ");
  return `${said}; they have ${shown}${names.length > SHOWN_MAX ? ", ..." : ""}`;
}

/** What the well-known field is called in these events, by the table that `parse` goes by. */
function otherNameOf(path: string, names: readonly string[]): string | undefined {
  return RULES.find(
    ({ target, from, isCopied }) => target === path && isCopied !== true && names.includes(from),
  )?.from;
}

/** What formats, and people, call the time that a request took: the unit is in the name, or beside it. */
const REQUEST_TIMES: ReadonlyMap<string, string> = new Map([
  ["request_time", "seconds"],
  ["duration_ms", ""],
  ["duration_us", ""],
  ["duration_s", ""],
  ["target_processing_time", "seconds"],
  ["duration", ""],
  ["response_ms", ""],
  ["elapsed_ms", ""],
  ["latency_ms", ""],
  ["response_time", ""],
  ["time_taken", ""],
  ["latency", ""],
  ["rt", ""],
  ["ms", ""],
]);

/** The request's time under the name that these events have for it. */
function requestTimeFor(path: string, names: readonly string[]): string | undefined {
  if (!REQUEST_TIMES.has(path)) return undefined;
  return [...REQUEST_TIMES.keys()].find((name) => names.includes(name));
}

function unitOf(name: string): string {
  const unit = REQUEST_TIMES.get(name) ?? "";
  return unit === "" ? "" : `, in ${unit}`;
}

function meantBy(path: string, names: readonly string[]): string | undefined {
  const near = path.length < 3 ? undefined : suggest(path, names);
  return near ?? names.find((name) => isNear(plain(name), plain(path)));
}

function first<T, R>(values: readonly T[], find: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One name is a part of the other: `host` of `hostname`, `id` of `user.id`. */
function isNear(name: string, path: string): boolean {
  return (
    path.length > 1 &&
    name.length > 1 &&
    (name.startsWith(path) || path.startsWith(name) || name.endsWith(path))
  );
}

/** `traceId` and `trace_id` are one name to people. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function addAll(into: Map<string, Set<string>>, label: string, values: readonly string[]): void {
  const known = into.get(label) ?? new Set();
  for (const value of values) known.add(value);
  into.set(label, known);
}
