import { dirname } from "node:path";
import type { Files } from "../../base/files.js";
import { countOf, formatCount } from "../../base/size.js";
import { basePath, keptOf } from "../../store/wal/recovery/damaged-file.js";
import { examineSegment } from "../../store/wal/recovery/examine.js";
import { type Losses, mend, type Writable } from "../../store/wal/recovery/recover.js";
import { segmentId } from "../../store/wal/segment.js";
import type { JournalOptions } from "../types.js";
import type { JournalSegment } from "./segments.js";

/** Takes what the disk has changed out of a sealed segment, and keeps it in `.damaged` files. Adds to `losses`. */
export async function mendSegment(
  files: Files,
  segment: JournalSegment,
  losses: Writable<Losses>,
  {
    onNotice,
    onWarning = onNotice,
    onLost = onWarning,
  }: Pick<JournalOptions, "onNotice" | "onWarning" | "onLost">,
): Promise<void> {
  const { base, writer, sequence } = segment;
  const directory = dirname(base);
  const kept = keptOf(await files.list(directory), sequence);
  // Its end is known, and all before it was acknowledged.
  const acknowledged = { data: segment.end - segment.from, aside: 0, index: 0 };
  const place = {
    base: basePath(directory, sequence),
    id: segmentId(writer.name, sequence),
    acknowledged,
    kept,
  };
  const examined = await examineSegment(
    files,
    segment.sound === undefined ? place : { ...place, commits: segment.sound },
  );
  const before = { ...losses };
  const { commits } = await mend(files, base, sequence, examined, losses);
  segment.mends++;
  segment.sound = commits;
  const bytes = losses.damagedBytes - before.damagedBytes;
  const events = losses.damagedEvents - before.damagedEvents;
  if (bytes + events === 0) return;
  const own = {
    damagedBytes: bytes,
    damagedEvents: events,
    lostEvents: losses.lostEvents - before.lostEvents,
  };
  const journal = dirname(dirname(directory));
  onLost?.(`${base}.ndjson is not what was written: ${lossText(own, journal, directory)}`);
}

/**
 * What cannot be delivered, what is left of it and where, and what to do next. Where the index is damaged, too, it does
 * not say how many events there were.
 */
export function lossText(
  { damagedEvents, damagedBytes, lostEvents }: Pick<Losses, "damagedEvents" | "damagedBytes" | "lostEvents">,
  journal: string,
  beside: string,
): string {
  const next = `everything else is; logpipe journal info ${journal} says what is left, logpipe journal read ${journal} prints it`;
  const events = damagedEvents === 0 ? "an unknown number of events" : countOf(damagedEvents, "event");
  if (damagedBytes === 0)
    return `${events} cannot be delivered: ${damagedEvents === 1 ? "it is" : "they are"} gone from the disk; ${next}`;
  const gone =
    lostEvents === 0
      ? ""
      : `, ${lostEvents === damagedEvents ? "all" : formatCount(lostEvents)} of them gone at least in part`;
  const bytes = `${countOf(damagedBytes, "byte")} ${damagedBytes === 1 ? "is" : "are"}`;
  return `${events} cannot be delivered${gone}: ${bytes} kept in .damaged files in ${beside}; ${next}`;
}
