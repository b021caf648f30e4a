/** The journals of a running graph, and who reads them. */
import { diskFiles } from "../../../base/files.js";
import { stateDirectory } from "../../../base/private-files/state-directory.js";
import { isOfJournal, type SavedCursor } from "../../../event/position.js";
import type { Journal } from "../../../journal/journal.js";
import type { Graph, SinkNode } from "../../contract/graph.js";
import type { Host } from "../../contract/host.js";
import type { SavedProgress } from "../../contract/sink.js";
import { directoryOf, journalDirectory } from "./journal-place.js";
import { isLasting } from "./legs/leg.js";
import type { NetworkPart, Placement } from "./placement/placement.js";

export class Journals {
  private root = "";
  private readonly open = new Map<string, Journal>();
  /** By sink: why it takes no more just now. */
  readonly doing = new Map<string, () => string | undefined>();

  /** Throws usage.no-journal-place, journal.left-behind, and what `Journal.open` does: another run has it, say. */
  static async open(
    { journal: settings }: Graph,
    { parts, sinks }: Placement,
    host: Host,
    path: string | undefined,
  ): Promise<Journals> {
    const journals = new Journals();
    const needing = parts.filter(({ journal }) => journal !== undefined);
    if (needing.length === 0) {
      await checkForgotten(settings, path, host);
      return journals;
    }
    const { Journal } = await import("../../../journal/journal.js");
    const root = journalDirectory(settings, path, host);
    journals.root = root;
    const readers = new Set(sinks.filter(({ way }) => way === "journal").map(({ node }) => node.name));
    const { checkLeftBehind } = await import("../../../journal/inspect/left-behind.js");
    const named = needing.map((part) => ({
      directory: directoryOf(root, part.journal!),
      readers: readersOf(part, readers, journals.doing, new Map()).map(({ name }) => name),
    }));
    await checkLeftBehind(diskFiles, root, named);
    try {
      for (const part of needing) {
        const name = part.journal!;
        const journal = await Journal.open({
          directory: directoryOf(root, name),
          nowMs: host.nowMs,
          readers: readersOf(part, readers, journals.doing, asideNames(part, { parts, sinks }, host)),
          limitBytes: settings.limitBytes,
          signal: host.signal,
          onNotice: (text) => host.log("info", text),
          onWarning: (text) => host.log("warn", text),
          onLost: (text) => host.fail(text),
        });
        journals.open.set(name, journal);
        journal.sink.knownBefore = () => progressOfSinks(part.graph, host);
      }
    } catch (error) {
      await journals.close();
      throw error;
    }
    return journals;
  }

  directoryOf(name: string): string {
    return directoryOf(this.root, name);
  }

  of(name: string): Journal {
    return this.open.get(name)!;
  }

  /** Events that wait for the sink. */
  waitingFor(sink: string): number {
    const readers = [...this.open.values()].flatMap((journal) => journal.stats().readers);
    return readers.find(({ name }) => name === sink)?.waitingEvents ?? 0;
  }

  get all(): readonly (readonly [string, Journal])[] {
    return [...this.open];
  }

  async close(): Promise<void> {
    for (const journal of this.open.values()) await journal.close();
  }
}

/** Of a pipeline that needs no journal, and may have had one. Throws journal.left-behind, journal.locked. */
export async function checkForgotten(
  settings: Pick<Graph["journal"], "directory">,
  path: string | undefined,
  host: Pick<Host, "cwd" | "env">,
): Promise<void> {
  if (settings.directory === undefined && (path === undefined || stateDirectory(host.env) === undefined))
    return;
  const root = journalDirectory(settings, path, host);
  if ((await diskFiles.stat(root)) === undefined) return;
  const { checkLeftBehind } = await import("../../../journal/inspect/left-behind.js");
  await checkLeftBehind(diskFiles, root, []);
}

function readersOf(
  { graph, readers }: NetworkPart,
  sinks: ReadonlySet<string>,
  reasons: ReadonlyMap<string, () => string | undefined>,
  asides: ReadonlyMap<string, string>,
) {
  return graph.sinks.flatMap(({ name, required, onFull, rateLimit }: SinkNode, exit) => {
    const limited = rateLimit === undefined ? undefined : "held back by its rate limit";
    const doing = () => reasons.get(name)?.() ?? limited;
    return sinks.has(name) || readers.includes(name)
      ? [{ name, exits: [exit], counts: required !== "optional", onFull, doing, asideName: asides.get(name) }]
      : [];
  });
}

/**
 * By reader, where lines are kept that are no events: with a table, or with one that reads what comes of a part behind.
 */
function asideNames(
  { journal, graph }: NetworkPart,
  { parts, sinks }: Pick<Placement, "parts" | "sinks">,
  host: Host,
): ReadonlyMap<string, string> {
  const behind = parts.find(({ reads }) => reads === journal);
  const nameOf = ({ name, step }: SinkNode): [string, string][] => {
    const own = step?.declaration.asideName?.(step.given, host);
    return own === undefined ? [] : [[name, own]];
  };
  const names = new Map(graph.sinks.flatMap(nameOf));
  if (behind === undefined) return names;
  const isQueue = ({ name }: SinkNode) => sinks.find(({ node }) => node.name === name)?.way === "queue";
  const [first] = behind.graph.sinks.filter((sink) => !isQueue(sink)).flatMap(nameOf);
  if (first !== undefined) for (const reader of behind.graph.sources) names.set(reader.name, first[1]);
  return names;
}

/**
 * How far the sinks say that sources were read: a sink that had its source for itself goes on where it was, beside
 * others. Of several the least: what comes twice is better than what is missing.
 */
async function progressOfSinks({ sinks }: Graph, host: Host): Promise<SavedProgress> {
  const cursors = new Map<string, SavedCursor>();
  const states = new Map<string, number>();
  for (const { step } of sinks) {
    const known = await step?.declaration.savedProgress?.(step.given, host).catch((error: unknown) => {
      // One that cannot be reached is tried again later, and says nothing now.
      if (isLasting(error)) throw error;
      return undefined;
    });
    // What it got from a journal says nothing of sources.
    const isTable = step?.declaration.tableOf?.(step.given, host) !== undefined;
    if (!isTable && known?.cursors.some(isOfJournal) === true) continue;
    for (const saved of known?.cursors ?? []) {
      const { stream, offset } = saved.cursor;
      const other = cursors.get(stream);
      if (other === undefined || offset < other.cursor.offset) cursors.set(stream, saved);
    }
    for (const [id, number] of known?.states ?? []) states.set(id, number);
  }
  return { cursors: [...cursors.values()], states };
}
