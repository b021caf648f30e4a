/** Says at the end which fields of a stage no event had: a misspelt name otherwise changes results without a word. */
import { suggest } from "../../base/suggest.js";
import type { Terminal } from "../../stage/terminal.js";
import type { FieldsSeen } from "./field-watch.js";

/** Names that are shown where none is near. */
const SHOWN_MAX = 8;

export class MissingFields {
  private readonly stages: ReadonlyMap<string, readonly string[]>;
  private readonly seen = new Map<string, Set<string>>();
  private readonly names = new Map<string, Set<string>>();

  /** The fields that stages were told of, by label. */
  constructor(stages: ReadonlyMap<string, readonly string[]>) {
    this.stages = stages;
  }

  add(fields: Readonly<Record<string, FieldsSeen>> = {}): void {
    for (const [label, { seen, names }] of Object.entries(fields)) {
      addAll(this.seen, label, seen);
      addAll(this.names, label, names);
    }
  }

  report(terminal: Pick<Terminal, "notice">): void {
    for (const [label, paths] of this.stages) {
      const seen = this.seen.get(label);
      const names = [...(this.names.get(label) ?? [])];
      // Nothing has come to it, or no event.
      if (seen === undefined || names.length === 0) continue;
      for (const path of paths) if (!seen.has(path)) terminal.notice(`${label}: ${absent(path, names)}`);
    }
  }
}

function absent(path: string, names: readonly string[]): string {
  const said = `no event has the field "${path}"`;
  const meant =
    (path.length < 3 ? undefined : suggest(path, names)) ??
    names.find((name) => isNear(plain(name), plain(path)));
  if (meant !== undefined) return `${said}; did you mean "${meant}"?`;
  if (names.includes("raw")) return `${said}: lines in "raw" are read by parse: put it before`;
  const shown = names.slice(0, SHOWN_MAX).join(", ");
  return `${said}; they have ${shown}${names.length > SHOWN_MAX ? ", ..." : ""}`;
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
