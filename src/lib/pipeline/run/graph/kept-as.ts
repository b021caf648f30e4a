/** What the checkpoint of a source is called by that has none of its own. */
import { resolve } from "node:path";
import type { Host } from "../../contract/host.js";
import type { NamedSource, Pipeline } from "../../contract/pipeline.js";
import type { KeptAs } from "../../contract/stage.js";
import { keeperOf } from "../open-sink.js";
import { directoryOf, journalDirectory } from "./journal-place.js";
import { FIRST_JOURNAL, MAIN_JOURNAL } from "./placement/placement.js";

/**
 * By node and pipeline, as its journal is: whatever sinks it has just now, with a journal or without. `sinks`: all that
 * the pipeline has. Undefined: it was read from no file, and names no directory.
 */
export function keptAsOf(
  { node, path, journal }: NamedSource,
  sinks: readonly Pipeline["sink"][],
  host: Host,
): KeptAs | undefined {
  const { cwd } = host;
  const pipelines = [
    ...(journal.directory === undefined ? [] : [resolve(cwd, journal.directory)]),
    ...(path === undefined ? [] : [resolve(cwd, path)]),
  ];
  if (pipelines.length === 0) return undefined;
  return {
    names: pipelines.map((pipeline) => JSON.stringify([pipeline, node])),
    tables: [
      ...journalsOf({ node, path, journal }, host),
      ...sinks.flatMap((step) => keeperOf(step, host) ?? []),
    ],
  };
}

function journalsOf({ path, journal }: NamedSource, host: Host): readonly string[] {
  try {
    const root = journalDirectory(journal, path, host);
    return [MAIN_JOURNAL, FIRST_JOURNAL].map((name) => directoryOf(root, name));
  } catch {
    // It has no place for one, and so never had one.
    return [];
  }
}
