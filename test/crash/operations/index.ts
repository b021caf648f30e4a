import { adopt } from "./adopt.js";
import { alter } from "./alter.js";
import { checkpoint } from "./checkpoint.js";
import { compact } from "./compact.js";
import { deletion } from "./delete.js";
import { feed, feedOn } from "./feed.js";
import type { Operation } from "./operation.js";
import { recover } from "./recover.js";
import { repair, repairLate } from "./repair.js";
import { replay } from "./replay.js";
import { retention } from "./retention.js";
import { vacuum } from "./vacuum.js";
import { write } from "./write.js";

/** Everything that is killed, one entry each. */
export const OPERATIONS: readonly Operation[] = [
  write,
  recover,
  adopt,
  compact,
  deletion,
  retention,
  alter,
  vacuum,
  checkpoint,
  repair,
  repairLate,
  replay,
  feed,
  feedOn,
];

export function operationOf(name: string): Operation {
  const found = OPERATIONS.find((operation) => operation.name === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found;
}
