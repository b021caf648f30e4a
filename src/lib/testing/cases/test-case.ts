// Enter here: cases of pipelines, and the files that they are written in.
/** Cases of `logpipe test` as data: what is given to a pipeline, and what is expected of it. */
import type { JsonValue } from "../../json/value.js";

export interface TestCase {
  readonly name: string;
  /** `file:line:column`. */
  readonly place: string;
  /** The time that it is, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly given: readonly GivenInput[];
  readonly expectations: readonly Expectation[];
  /** Whether the input is over after what is given: then windows close, and what is held comes out. */
  readonly endsInput: boolean;
  /** Where `--update` writes what came out, for a case that expects nothing yet; undefined: it does. */
  readonly missing: WrittenAt | undefined;
}

/** Lines for a node: of a source they come out, into any other node they go. */
export interface GivenInput {
  readonly node: string;
  /** Whole lines. */
  readonly bytes: Buffer;
  /** The `source` of lines that are no events yet, in place of that of the source node. */
  readonly source: string | undefined;
}

export interface Expectation {
  /** `store`, `severity.slow`; "dead-letters": of what was set aside. */
  readonly at: string;
  readonly place: string;
  readonly wanted: WantedEvents;
}

export type EventValue = { [name: string]: JsonValue };

/** What must be true of the events that came out. Several may be asked at once. */
export interface WantedEvents {
  /** All of them, with all their fields. */
  readonly events?: readonly EventValue[];
  /** All of them, each with at least these fields. */
  readonly like?: readonly EventValue[];
  /** The order of `events` and `like` does not matter. */
  readonly isUnordered?: boolean;
  /** Of each there is one that has at least these fields; there may be others. */
  readonly contains?: readonly EventValue[];
  readonly count?: CountRule;
  /** Expressions that hold for every event. */
  readonly all?: readonly string[];
  /** What `--update` writes; no events yet: nothing was written so far. */
  readonly snapshot?: { readonly events: readonly EventValue[] | undefined; readonly writtenAt: WrittenAt };
}

export interface CountRule {
  readonly operator: "==" | ">=" | "<=" | ">" | "<";
  readonly count: number;
}

/** A stretch of the file of tests that `--update` replaces. */
export interface WrittenAt {
  /** In UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** "value": the scalar `snapshot`; "list": the list under `snapshot:`; "case": behind the last entry of the case. */
  readonly kind: "value" | "list" | "case";
  /** How far the names beside it are indented. */
  readonly indent: number;
  /** Whether it stands within `{ }` or `[ ]`. */
  readonly isFlow: boolean;
}

/** The name of what was set aside, where an expectation names a node. */
export const DEAD_LETTERS = "dead-letters";
/** The time that it is in a case that says nothing of it. */
export const DEFAULT_AT = "2026-01-01T00:00:00Z";
