/** What `verify` says of write-ahead logs. Of lines it claims no more than is known: acknowledged, or perhaps. */
import { reasonOf } from "../../../base/errors/index.js";
import { countOf, formatSize } from "../../../base/size.js";
import { damagedId } from "../../quarantine/damaged.js";
import type { DamagedFile } from "../../wal/recovery/damaged-file.js";
import type { Damage } from "../../wal/recovery/examine.js";
import { REPAIR_HELP, type TableFinding } from "../finding.js";

const RECOVER = `${REPAIR_HELP}, or just the next \`logpipe sink\` into the table`;

/** `base`: of the segment, relative to the table. `owner`: whose files they are, if another's. */
export function damaged(base: string, damage: Damage, owner: string | undefined): TableFinding {
  const { part, events, present } = damage;
  const ending = part === "data" ? "ndjson" : part === "aside" ? "aside" : "commits";
  const advice =
    present === 0
      ? `nothing is left of them to be saved: send them again where their source still has them; ${REPAIR_HELP} to store all others`
      : `${REPAIR_HELP}: it stores all others and keeps these ${formatSize(present)} in a .damaged file, to be looked at and stored with \`store quarantine\``;
  return {
    kind: part === "index" || damage.reason === "unlisted" ? "wal-index" : "wal-checksum",
    isDamage: true,
    path: `${base}.${ending}`,
    what: whatOf(damage, owner),
    advice,
    ...(events > 0 ? { rows: events } : {}),
  };
}

function whatOf(damage: Damage, owner: string | undefined): string {
  const { part, reason, offset, length, present, events, lines, isAcknowledged } = damage;
  if (part === "index")
    return "the index is not what was written; what the segment has is all there, but its last positions may be gone: sources may send again what is stored";
  const adverb = isAcknowledged ? "acknowledged" : "perhaps acknowledged";
  const isData = part === "data";
  const count = isData ? events : lines;
  const noun = `${adverb} ${isData ? "event" : "line"}`;
  const counted = count > 0 ? countOf(count, noun) : `${formatSize(length)} of ${noun}s`;
  const what = isData ? counted : `${counted} for the quarantine`;
  const where = `${what} at byte ${offset}`;
  if (reason === "foreign")
    return `the files are of another segment, ${owner}, under this one's name: ${what} cannot be placed`;
  if (reason === "changed") return `${where} are not what was written (CRC-32C)`;
  if (reason === "cut")
    return present === 0 ? `${where} are gone` : `${where} are cut off: ${formatSize(present)} are left`;
  return `${where} are in no index any more: nothing says whether they are what was written`;
}

export function gone(base: string, events: number, lines: number): TableFinding {
  const what = events > 0 ? countOf(events, "acknowledged event") : countOf(lines, "acknowledged line");
  return {
    kind: "wal-missing",
    isDamage: true,
    path: `${base}.ndjson`,
    what: `the segment is gone, with its index: ${what} of it`,
    advice: "put its files back from a backup, or send them again where their source still has them",
    rows: events,
  };
}

export function torn(base: string, bytes: number): TableFinding {
  return {
    kind: "wal-torn",
    isDamage: false,
    path: `${base}.ndjson`,
    what: `${formatSize(bytes)} at the end were being written when the writer died; it had not acknowledged them`,
    advice: `nothing needs to be done: ${RECOVER} cuts them off`,
  };
}

export function stale(base: string): TableFinding {
  return {
    kind: "wal-stored",
    isDamage: false,
    path: `${base}.ndjson`,
    what: "the table has the events of the segment, and what its files hold now is not what was written: it may be another's",
    advice: `${REPAIR_HELP}: it keeps these bytes in a .damaged file and removes the segment`,
  };
}

export function extra(base: string, bytes: number): TableFinding {
  return {
    kind: "wal-extra",
    isDamage: false,
    path: `${base}.ndjson`,
    what: `${formatSize(bytes)} behind what the writer has acknowledged: it is writing them, or another program did`,
    advice: "nothing needs to be done: nothing reads them",
  };
}

export function kept(path: string, writer: string, file: DamagedFile): TableFinding {
  const id = damagedId(writer, file);
  const isIndex = file.part === "index";
  return {
    kind: "wal-damaged-kept",
    isDamage: true,
    path,
    what: isIndex
      ? "what a segment had whose bytes were gone in part: its index, kept by a recovery to tell of them"
      : "lines of the log that are not what was written, or that no index vouches for, set aside by a recovery",
    advice: isIndex
      ? `send what was lost again where its source still has it, then \`logpipe store quarantine discard --id ${id}\``
      : `look at them with \`logpipe store quarantine show --id ${id}\`, then \`replay\` those that are right, or \`discard\` them`,
  };
}

export function markFinding(path: string, state: "damaged" | "missing"): TableFinding {
  return {
    kind: "wal-mark",
    isDamage: false,
    path,
    what: `the note of what was acknowledged is ${state === "missing" ? "not there (older versions keep none)" : "not what was written"}`,
    advice:
      "nothing needs to be done: recovery keeps lines at the end of the log that may have been acknowledged",
  };
}

export function lockOf(path: string, state: "damaged" | "missing"): TableFinding {
  const isMissing = state === "missing";
  return {
    kind: "wal-lock",
    isDamage: false,
    path,
    what: isMissing
      ? "there is no lock: it is taken for the copy of a backup, which may have been made while its writer wrote"
      : "the lock does not say any more whose it is",
    advice: isMissing
      ? `nothing needs to be done: ${RECOVER} stores what is whole of it`
      : "nothing needs to be done: a minute after the last sign of life of its owner the log is taken over",
  };
}

export function foreign(path: string): TableFinding {
  return {
    kind: "foreign",
    isDamage: false,
    path,
    what: "no file of ours has such a name; it may be a part of the log that was renamed",
    advice: "give it its name back if you know it, or move it away: nothing reads or removes it",
  };
}

export function noDirectory(path: string): TableFinding {
  return {
    kind: "foreign",
    isDamage: false,
    path,
    what: "it is no directory of a writer",
    advice: "nothing reads it; remove it if you know it",
  };
}

export function unreadable(path: string, error: unknown): TableFinding {
  return {
    kind: "wal-unreadable",
    isDamage: true,
    path,
    what: `the log cannot be read: ${reasonOf(error)}`,
    advice:
      "mend what the system complains of (permissions, the disk), then run this again; nothing of it is lost so far",
  };
}

export function deadWriter(path: string, events: number): TableFinding {
  return {
    kind: "wal-dead",
    isDamage: false,
    path,
    what: `a writer died and left ${countOf(events, "acknowledged event")} in its log; queries see them`,
    advice: `${RECOVER} makes them Parquet`,
    rows: events,
  };
}

export function emptyDirectory(path: string): TableFinding {
  return {
    kind: "wal-empty",
    isDamage: false,
    path,
    what: "the log of a writer that is gone; nothing in it is missing from the table",
    advice: `${RECOVER} removes it`,
  };
}
