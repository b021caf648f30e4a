import { Block } from "../event/block.js";
import { scan } from "../event/scan.js";
import { newestPositions } from "../store/wal/entries.js";
import type { Entry } from "../store/wal/segment.js";

/** Larger blocks stand for themselves. */
const SMALL_BYTES = 4 * 1024;
/** What a bit costs that the disk has changed. */
const JOINED_BYTES = 16 * 1024;

/**
 * Small blocks of one round for the same readers as one: events that come one by one would otherwise cost a line of the
 * index each, larger than they are. Nothing is told of these; the entries that came settle as they were.
 */
export function joinSmall(entries: readonly Entry[]): readonly Entry[] {
  if (entries.length < 2) return entries;
  const joined: Entry[] = [];
  let run: Entry[] = [];
  let bytes = 0;
  const end = () => {
    joined.push(...one(run));
    run = [];
    bytes = 0;
  };
  for (const entry of entries) {
    const { length } = entry.block.bytes;
    const fits = run.length === 0 || (isAlike(run[0]!, entry) && bytes + length <= JOINED_BYTES);
    if (run.length > 0 && (!fits || !isSmall(entry))) end();
    if (isSmall(entry)) {
      run.push(entry);
      bytes += length;
    } else joined.push(entry);
  }
  end();
  return joined;
}

function isSmall({ block: { bytes, summary }, aside, positions, facts }: Entry): boolean {
  const isPlain = aside === undefined && positions === undefined && facts === undefined;
  return isPlain && bytes.length > 0 && bytes.length <= SMALL_BYTES && summary !== undefined;
}

function isAlike(a: Entry, b: Entry): boolean {
  if (a.isOpen !== b.isOpen) return false;
  if (a.to === undefined || b.to === undefined) return a.to === b.to;
  return a.to.length === b.to.length && a.to.every((name, i) => b.to![i] === name);
}

/** The run as one entry, unless its events have too many keys for one block. */
function one(run: readonly Entry[]): readonly Entry[] {
  if (run.length < 2) return run;
  const bytes = Buffer.concat(run.map(({ block }) => block.bytes));
  const [scanned, ...more] = scan(bytes);
  const isSame = scanned !== undefined && more.length === 0 && scanned.bytes.length === bytes.length;
  const events = run.reduce((sum, { block }) => sum + block.summary!.events, 0);
  if (!isSame || scanned.summary.events !== events) return run;
  const positions = newestPositions(run);
  const [{ isOpen, to }] = run as [Entry];
  return [
    {
      block: new Block(scanned.bytes, undefined, scanned.summary),
      isOpen: isOpen === true,
      to,
      ...(positions.length === 0 ? {} : { positions }),
    },
  ];
}
