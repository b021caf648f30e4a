/**
 * A pipeline as data: named sources, lists of stages, routes and sinks, and where each gets its events from. A chain
 * (`a | b | c`, a list in YAML) is a graph with one of each. See docs/decisions/0061-graphs.md.
 */
import type { Rate } from "../../base/rate.js";
import type { Step } from "./pipeline.js";
import type { SinkDeclaration, SourceDeclaration, StageDeclaration } from "./stage.js";

export interface Graph {
  readonly sources: readonly SourceNode[];
  readonly stages: readonly StagesNode[];
  readonly routes: readonly RouteNode[];
  readonly sinks: readonly SinkNode[];
  /** Where there is a journal, and what it may take. */
  readonly journal: JournalSettings;
}

/** What every node has. All names of a graph differ. */
export interface GraphNode {
  readonly name: string;
  /** Where it was written, as `file:line:column`; absent: on a command line. */
  readonly place?: string | undefined;
}

export interface SourceNode extends GraphNode {
  /** Absent: files, or standard input where there are none. */
  readonly step?: Step<SourceDeclaration> | undefined;
  /** As `Pipeline.files`. */
  readonly files: readonly string[];
  readonly rateLimit?: RateLimit | undefined;
}

/** A list of stages, as in a chain. */
export interface StagesNode extends GraphNode {
  readonly from: readonly NodeOutput[];
  readonly stages: readonly Step<StageDeclaration>[];
}

/** Sends each event on by conditions. */
export interface RouteNode extends GraphNode {
  readonly from: readonly NodeOutput[];
  /** "first": to the first port whose condition holds; "all": to each. */
  readonly match: "first" | "all";
  /** In the order they are tried. At most one has no condition: it takes what no other took. */
  readonly ports: readonly RoutePort[];
}

export interface RoutePort {
  readonly name: string;
  /** An expression, as of `filter`; undefined: `otherwise`. */
  readonly when: string | undefined;
  readonly place?: string | undefined;
}

export interface SinkNode extends GraphNode {
  readonly from: readonly NodeOutput[];
  /** Absent: standard output, or the file of `-o`. */
  readonly step?: Step<SinkDeclaration> | undefined;
  /** Where there is no step: the file instead of standard output, in the format of its name. */
  readonly output?: string | undefined;
  /**
   * "alone": it has its own place in the journal and holds back no other sink. "together": the run takes in no more
   * than this sink can take, and nothing is acknowledged before it has stored it. "optional": nothing waits for it; it
   * loses what the journal had to drop.
   */
  readonly required: "alone" | "together" | "optional";
  /** What gives way when the journal is full because this sink is behind. */
  readonly onFull: OnFull;
  readonly rateLimit?: RateLimit | undefined;
}

/** What gives way when there is no room: whoever sends, the oldest events, or the newest. */
export type OnFull = "block" | "drop-oldest" | "drop-newest";

/** Which output of which node: `clean`; of a route `severity.errors`. A name, or a name with that of a port. */
export interface NodeOutput {
  readonly node: string;
  readonly port?: string | undefined;
  readonly place?: string | undefined;
}

/**
 * "auto": where the planner needs one; "none": nowhere; "raw": right behind the sources, before anything is redacted.
 */
export interface JournalSettings {
  readonly mode: "auto" | "none" | "raw";
  /** Absent: in the state directory, by the name of the pipeline file. */
  readonly directory?: string | undefined;
  /** What it may take of the disk, in bytes; absent: 1 GiB. */
  readonly limitBytes?: number | undefined;
  readonly place?: string | undefined;
}

/** Token buckets: what a source, a stage or a sink lets through. */
export interface RateLimit {
  /** At least one of them. */
  readonly events?: Rate | undefined;
  readonly bytes?: Rate | undefined;
  /** What may come at once after a quiet time, in events and in bytes; absent: what the rate has in its interval. */
  readonly burstEvents?: number | undefined;
  readonly burstBytes?: number | undefined;
  /** One bucket for each value of these fields; empty: one for all. */
  readonly by: readonly string[];
  /** Keys that are remembered, the ones seen last; others share one bucket. */
  readonly maxKeys: number;
  /** What becomes of an event beyond the limit: it waits, is dropped and counted, or one in `sampleOneIn` is kept. */
  readonly onLimit: "block" | "drop" | "sample";
  readonly sampleOneIn?: number | undefined;
  /** Events larger than this are dropped and counted, in bytes; absent: none. */
  readonly maxEventBytes?: number | undefined;
}

/**
 * How often a sink has an event after kill -9 and a restart: "exactly once" where it keeps its place with its content,
 * else "at least once"; "at most once" where nothing can be read again.
 */
export type Guarantee = "exactly once" | "at least once" | "at most once";

/** A graph as it will run, for drawings and `--dry-run`: what there is to draw, and the notes beside it. */
export interface Outline {
  readonly nodes: readonly OutlineNode[];
  readonly edges: readonly OutlineEdge[];
}

export interface OutlineNode {
  /** A name of the graph; of a journal `journal`, with a number from the second on. */
  readonly name: string;
  readonly kind: "source" | "stages" | "route" | "journal" | "sink";
  /** What it is, in a word or several: `ingest /var/log/*.log`, `parse -> redact`. */
  readonly title: string;
  /** How it runs: `in 2 workers`, `keeps state`, `synced once, here`, `exactly once`. */
  readonly notes: readonly string[];
}

export interface OutlineEdge {
  readonly from: string;
  readonly to: string;
  /** The port of a route, with its condition. */
  readonly label?: string | undefined;
}
