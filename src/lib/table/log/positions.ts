/**
 * Source positions in the table's log. A commit has for each source a `txn` action `source:NAME` whose version is the offset;
 * lines that the source had read but that are not in the table (`Position.held`) are in the commit's `commitInfo.held`, by
 * the source's name.
 */
import type { Position } from "../../event/position.js";
import type { Action } from "./actions.js";

const PREFIX = "source:";

/** The actions that say how far each source is in the table, and what `commitInfo` has to say. Later positions win. */
export function positionActions(
  positions: Iterable<Position | undefined>,
  nowMs: number,
): { readonly txns: readonly Action[]; readonly held: Readonly<Record<string, string>> } {
  const newest = new Map<string, Position>();
  for (const position of positions) if (position !== undefined) newest.set(position.source, position);
  const txns = [...newest.values()].map(({ source, offset }) => ({
    txn: { appId: `${PREFIX}${source}`, version: offset, lastUpdated: nowMs },
  }));
  const held = [...newest.values()].flatMap((p) => (p.held === undefined ? [] : [[p.source, p.held]]));
  return { txns, held: Object.fromEntries(held) as Record<string, string> };
}

/** The positions that one commit tells. */
export function positionsIn(actions: readonly Action[]): Position[] {
  const held = (actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo?.["held"] ??
    {}) as Record<string, string>;
  return actions.flatMap(({ txn }) => {
    if (txn === undefined || !txn.appId.startsWith(PREFIX)) return [];
    const source = txn.appId.slice(PREFIX.length);
    const lines = held[source];
    return [{ source, offset: txn.version, ...(lines === undefined ? {} : { held: lines }) }];
  });
}
