/** Decides which links of a network any thread may run, which keep state and stay here, and what the engine adds. */
import { availableParallelism } from "node:os";
import type { RunOptions, Step } from "../../contract/pipeline.js";
import type { Alignment, AskedField, StageDeclaration } from "../../contract/stage.js";
import { alignmentOf } from "./alignments.js";
import { Builder, type BuiltLink } from "./builder.js";
import type { Network } from "./network.js";
import type { Target, WiredLink, Wiring } from "./wiring.js";

export interface NetworkPlan {
  readonly entries: readonly EntryPlan[];
  /** What may run in any order of blocks. Its exits are the sinks, by number, then the cuts. */
  readonly spread: Wiring;
  /** The same as workers have it: before a cut the first half of a stage that has one. */
  readonly spreadInWorkers: Wiring;
  /** Where blocks come to the part that keeps state: the entries of `serial`. */
  readonly cuts: readonly StateEntry[];
  /** From the first links that keep state on: fused on the main thread. Its exits are the sinks. */
  readonly serial: Wiring;
  /** Of the sinks. */
  readonly exits: readonly ExitPlan[];
  /** One source, no fork, one sink: its blocks carry no numbers of exits. */
  readonly isChain: boolean;
  /** By the places of links. */
  readonly places: readonly LinkPlace[];
  /** The fields that stages and sinks were told of, by label. */
  readonly asked: ReadonlyMap<string, readonly AskedField[]>;
  /** What stages and routes go by in counters, in order. */
  readonly labels: readonly string[];
  /** Worker threads once the input is large; 0: all on the main thread. */
  readonly workers: number;
}

export interface EntryPlan {
  readonly name: string | undefined;
  /** How the input is to be cut, when not at every line. */
  readonly align: Alignment | undefined;
  /** How long what is held for that waits for more. */
  readonly holdMs: number;
  /** Places that its blocks can come to. */
  readonly places: ReadonlySet<number>;
  /** Exits of `spread` that its blocks can come to: sinks, then cuts. */
  readonly reaches: readonly number[];
  /** The sinks that its blocks can come to, in order. */
  readonly exits: readonly number[];
}

export interface ExitPlan {
  readonly name: string | undefined;
}

export interface StateEntry {
  /** Of `serial`. */
  readonly link: number;
  /** Workers do the first half of its work. */
  readonly isPrepared: boolean;
}

/** Where a link stands, for lines that are set aside. */
export interface LinkPlace {
  readonly link: WiredLink;
  /** Whether it runs on the main thread, and its number in `spread` or `serial`. */
  readonly isSerial: boolean;
  readonly number: number;
  /** Its lines are those of the input. */
  readonly seesInput: boolean;
  /** Places behind it, its own among them. */
  readonly behind: ReadonlySet<number>;
  /** The sinks behind it, in order. */
  readonly exits: readonly number[];
}

export function planNetwork(network: Network, options: Pick<RunOptions, "workers">): NetworkPlan {
  const { links, entries } = new Builder(network);
  const exits = network.exits.length;
  const parts = new Parts(links, exits);
  const alignments = entries.map((targets) =>
    alignmentOf(targets.map((target) => spreadStep(links[target]))),
  );
  const spread = parts.spread(
    entries,
    alignments.map(({ parts }) => parts),
  );
  const spreadInWorkers = parts.withHalves(spread);
  const cuts = parts.cuts.map((link) => ({ link: parts.numbers[link]!, isPrepared: parts.isPrepared(link) }));
  const serial = parts.serial();
  const places = placesOf(links, parts);
  const isStore = network.exits.some(({ sink }) => sink?.declaration.input === "checked");
  return {
    entries: network.entries.map(({ name }, entry) => ({
      name,
      align: alignments[entry]!.align,
      holdMs: alignments[entry]!.holdMs,
      places: placesFrom(entries[entry]!, links),
      reaches: reachedBy(spread, entry),
      exits: exitsOf(entries[entry]!, places),
    })),
    spread,
    spreadInWorkers,
    cuts,
    serial,
    exits: network.exits.map(({ name }) => ({ name })),
    isChain: network.entries.length === 1 && exits === 1 && links.every(({ to }) => to.flat().length < 2),
    places,
    asked: askedOf(links),
    labels: links.flatMap(({ what, label }) => (what.kind === "builtin" ? [] : [label])),
    workers: spreadInWorkers.links.every(isLight) ? 0 : workersFor(options, isStore),
  };
}

/** The links in two parts, each numbered from 0. */
class Parts {
  /** Serial links that blocks of the other part come to. */
  readonly cuts: readonly number[];
  /** The number of each link in its part. */
  readonly numbers: readonly number[];
  private readonly links: readonly BuiltLink[];
  private readonly exits: number;

  constructor(links: readonly BuiltLink[], exits: number) {
    this.links = links;
    this.exits = exits;
    const counts = [0, 0];
    this.numbers = links.map(({ isSerial }) => counts[Number(isSerial)]!++);
    this.cuts = links.flatMap(({ isSerial, from }, number) => {
      const isCut = isSerial && from.some((o) => "entry" in o || !links[o.link]!.isSerial);
      return isCut ? [number] : [];
    });
  }

  isPrepared(link: number): boolean {
    const { what } = this.links[link]!;
    return what.kind === "stage" && what.step.declaration.prepare !== undefined;
  }

  spread(entries: readonly (readonly Target[])[], knownParts: Wiring["knownParts"] = []): Wiring {
    const from = (target: Target): Target => {
      if (target < 0) return target;
      if (!this.links[target]!.isSerial) return this.numbers[target]!;
      return ~(this.exits + this.cuts.indexOf(target));
    };
    return {
      links: this.wired(false, from),
      entries: entries.map((targets) => targets.map(from)),
      exits: this.exits + this.cuts.length,
      ...(knownParts.some((parts) => parts !== undefined) && { knownParts }),
    };
  }

  serial(): Wiring {
    return {
      links: this.wired(true, (target) => (target < 0 ? target : this.numbers[target]!)),
      entries: this.cuts.map((link) => [this.numbers[link]!]),
      exits: this.exits,
    };
  }

  /** What goes to a cut goes through the first half of its stage, where there is one. */
  withHalves({ links, entries, ...others }: Wiring): Wiring {
    const halves: WiredLink[] = [];
    const through = new Map<Target, Target>();
    this.cuts.forEach((link, cut) => {
      const { what, label, name } = this.links[link]!;
      if (what.kind !== "stage" || !this.isPrepared(link)) return;
      const exit = ~(this.exits + cut);
      through.set(exit, links.length + halves.length);
      halves.push({ what: { kind: "half", step: what.step }, to: [[exit]], label, name, place: link });
    });
    const to = (target: Target) => through.get(target) ?? target;
    return {
      links: [...links.map((link) => ({ ...link, to: link.to.map((port) => port.map(to)) })), ...halves],
      entries: entries.map((targets) => targets.map(to)),
      ...others,
    };
  }

  private wired(isSerial: boolean, from: (target: Target) => Target): WiredLink[] {
    return this.links.flatMap(({ what, to, label, name, isSerial: isIts }, place) =>
      isIts === isSerial ? [{ what, to: to.map((port) => port.map(from)), label, name, place }] : [],
    );
  }
}

function placesOf(links: readonly BuiltLink[], { numbers }: Parts): LinkPlace[] {
  return links.map(({ what, to, label, name, seesInput, isSerial }, place) => {
    let behind: ReadonlySet<number> | undefined;
    return {
      link: { what, to, label, name, place },
      number: numbers[place]!,
      isSerial,
      seesInput,
      // When it is asked for: in a long graph those of all links are more than fit into memory.
      get behind() {
        behind ??= placesFrom([place], links);
        return behind;
      },
      get exits() {
        return exitsAmong([...this.behind].flatMap((other) => links[other]!.to.flat()));
      },
    };
  });
}

/** The links, and all that their blocks can come to. */
function placesFrom(targets: readonly Target[], links: readonly BuiltLink[]): ReadonlySet<number> {
  const seen = new Set<number>(targets.filter((target) => target >= 0));
  for (const place of seen)
    for (const port of links[place]!.to) for (const target of port) if (target >= 0) seen.add(target);
  return seen;
}

function exitsOf(targets: readonly Target[], places: readonly LinkPlace[]): readonly number[] {
  const own = exitsAmong(targets);
  const behind = targets.filter((target) => target >= 0).flatMap((target) => places[target]!.exits);
  return inOrder([...own, ...behind]);
}

function exitsAmong(targets: readonly Target[]): readonly number[] {
  return inOrder(targets.filter((target) => target < 0).map((target) => ~target));
}

function inOrder(exits: readonly number[]): readonly number[] {
  return [...new Set(exits)].sort((a, b) => a - b);
}

function reachedBy({ links, entries }: Wiring, entry: number): readonly number[] {
  const seen = new Set<Target>(entries[entry]);
  for (const target of seen)
    for (const port of target < 0 ? [] : links[target]!.to) for (const each of port) seen.add(each);
  return [...seen].filter((target) => target < 0).map((target) => ~target);
}

function askedOf(links: readonly BuiltLink[]): ReadonlyMap<string, readonly AskedField[]> {
  return new Map(
    links.flatMap(({ what, label }): [string, readonly AskedField[]][] => {
      if (what.kind === "route") return [];
      if (what.kind !== "builtin") return [[label, what.step.declaration.reads?.(what.step.given) ?? []]];
      const { name, reads = [], checks = [] } = what.step;
      return name === "frame" ? [] : [[label, [...reads, ...checks.flatMap(({ reads = [] }) => reads)]]];
    }),
  );
}

/** The stage where any thread may run it. */
function spreadStep(link: BuiltLink | undefined): Step<StageDeclaration> | undefined {
  return link?.isSerial === false && link.what.kind === "stage" ? link.what.step : undefined;
}

/** Too little work for a thread of its own. */
function isLight({ what }: WiredLink): boolean {
  return what.kind === "builtin" && (what.step.name === "frame" || what.step.name === "watch");
}

/**
 * As many as there are processors, since the main thread only moves buffers; one fewer beside a store, which keeps the
 * others busy: more would take memory and no time off. One processor: none.
 */
function workersFor({ workers }: Pick<RunOptions, "workers">, hasStore: boolean): number {
  if (workers !== "auto") return workers;
  const processors = availableParallelism();
  return processors < 2 ? 0 : Math.min(hasStore ? processors - 1 : processors, 8);
}
