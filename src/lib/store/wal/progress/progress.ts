/**
 * What a checkpoint store is told, as the positions that logs and tables keep: a cursor is a position of its stream,
 * and the number of the saved state one of `state:ID`.
 */
import { type Position, positionOf, savedCursorOf } from "../../../event/position.js";
import type { CheckpointCommit, SavedProgress } from "../../../pipeline/contract/sink.js";
import { ELSEWHERE_PREFIX, STATE_PREFIX } from "../../../pipeline/contract/state/sealed-state.js";
import { FED_BY_PREFIX } from "../feed/fed-by.js";

export function positionsOf({ cursors, state: { id, number } }: CheckpointCommit): Position[] {
  return [...cursors.map(positionOf), { source: `${STATE_PREFIX}${id}`, offset: number }];
}

export function progressOf(positions: readonly Position[]): SavedProgress {
  const isOfState = ({ source }: Position) => source.startsWith(STATE_PREFIX);
  const isElsewhere = ({ source }: Position) => source.startsWith(ELSEWHERE_PREFIX);
  const isOfFeed = ({ source }: Position) => source.startsWith(FED_BY_PREFIX);
  return {
    cursors: positions
      .filter((position) => !isOfState(position) && !isElsewhere(position) && !isOfFeed(position))
      .map(savedCursorOf),
    states: new Map(
      positions.filter(isOfState).map(({ source, offset }) => [source.slice(STATE_PREFIX.length), offset]),
    ),
    elsewhere: new Set(
      positions.filter(isElsewhere).map(({ source }) => source.slice(ELSEWHERE_PREFIX.length)),
    ),
  };
}
