/**
 * Source positions in the table's log. A commit has for each source a `txn` action `source:NAME` whose version is the
 * offset; lines that the source had read but that are not in the table (`Position.held`) and the fingerprint of what
 * came before the offset (`Position.print`) are in the commit's `commitInfo.held`, by the source's name: `HELD`, or
 * `PRINT;HELD`, where HELD is base64 and may be empty behind a print; behind that `;KNOWN` where something is known of
 * its lines (`Position.known`), and then PRINT may be empty, too.
 */
import type { Position } from "../../event/position.js";
import type { LogAction, Txn } from "./actions.js";

const PREFIX = "source:";
/**
 * Checkpoints have no `commitInfo`. Ours keep held lines in one `txn` whose appId is this and a JSON object
 * {source: [offset, held]}; its version is that of the checkpoint. Other engines carry it along like any `txn`.
 */
const HELD_PREFIX = "logpipe.held ";

/** The actions that say how far each source is in the table, and what `commitInfo` has to say. Later positions win. */
export function positionActions(
  positions: Iterable<Position | undefined>,
  nowMs: number,
): { readonly txns: readonly LogAction[]; readonly held: Readonly<Record<string, string>> } {
  const newest = new Map<string, Position>();
  for (const position of positions) if (position !== undefined) newest.set(position.source, position);
  const txns = [...newest.values()].map(({ source, offset }) => ({
    txn: { appId: `${PREFIX}${source}`, version: offset, lastUpdated: nowMs },
  }));
  const held = [...newest.values()].flatMap((p) => (hasMore(p) ? [[p.source, textOf(p)]] : []));
  return { txns, held: Object.fromEntries(held) as Record<string, string> };
}

function hasMore({ held, known, print }: Position): boolean {
  return held !== undefined || known !== undefined || print !== undefined;
}

function textOf({ held = "", known, print }: Position): string {
  if (known !== undefined) return `${print ?? ""};${held};${known}`;
  return print === undefined ? held : `${print};${held}`;
}

function positionOf(source: string, offset: number, text: string | undefined): Position {
  if (text === undefined) return { source, offset };
  const end = text.indexOf(";");
  if (end < 0) return { source, offset, held: text };
  const heldEnd = text.indexOf(";", end + 1);
  const print = text.slice(0, end);
  const held = text.slice(end + 1, heldEnd < 0 ? undefined : heldEnd);
  return {
    source,
    offset,
    ...(print === "" ? {} : { print }),
    ...(held === "" ? {} : { held }),
    ...(heldEnd < 0 ? {} : { known: text.slice(heldEnd + 1) }),
  };
}

/** The stream whose position a transaction is; undefined for any other. */
export function streamOfTransaction(appId: string): string | undefined {
  return appId.startsWith(PREFIX) ? appId.slice(PREFIX.length) : undefined;
}

/** The positions that one commit tells. */
export function positionsIn(actions: readonly LogAction[]): Position[] {
  const held = (actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo?.["held"] ??
    {}) as Record<string, string>;
  return actions.flatMap(({ txn }) => {
    if (txn === undefined || !txn.appId.startsWith(PREFIX)) return [];
    const source = txn.appId.slice(PREFIX.length);
    return [positionOf(source, txn.version, held[source])];
  });
}

/** The `txn` actions of a checkpoint at `version`: those of the snapshot, and one with the lines that sources hold. */
export function txnsOfCheckpoint(
  version: number,
  transactions: Iterable<Txn>,
  positions: Iterable<Position>,
): Txn[] {
  const held = [...positions].flatMap((p) => (hasMore(p) ? [[p.source, [p.offset, textOf(p)]]] : []));
  const kept = [...transactions].filter((txn) => !txn.appId.startsWith(HELD_PREFIX));
  return [...kept, { appId: HELD_PREFIX + JSON.stringify(Object.fromEntries(held)), version }];
}

/** What the `txn` actions of a checkpoint say of sources. */
export interface CheckpointPositions {
  readonly positions: readonly Position[];
  /** The version up to which held lines are in them; -1: no checkpoint of ours came before. */
  readonly heldVersion: number;
}

export function positionsOfCheckpoint(transactions: Iterable<Txn>): CheckpointPositions {
  let heldVersion = -1;
  let held: Record<string, [number, string]> = {};
  const offsets = new Map<string, number>();
  for (const { appId, version } of transactions) {
    if (appId.startsWith(PREFIX)) offsets.set(appId.slice(PREFIX.length), version);
    if (!appId.startsWith(HELD_PREFIX) || version <= heldVersion) continue;
    held = JSON.parse(appId.slice(HELD_PREFIX.length)) as typeof held;
    heldVersion = version;
  }
  const positions = [...offsets].map(([source, offset]): Position => {
    const more = held[source];
    return positionOf(source, offset, more?.[0] === offset ? more[1] : undefined);
  });
  return { positions, heldVersion };
}
