// A wrong answer cannot win: what the contenders print is compared before anything is timed.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";

const every = 997;

/** Counts the lines of an NDJSON file and keeps every 997th as an object. */
export async function sample(path) {
  const events = [];
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (lines % every === 0) events.push(JSON.parse(line));
    lines += 1;
  }
  return { lines, events };
}

/**
 * Says in a sentence how two samples differ, or nothing when they agree: as many lines, and every field of `peer`'s
 * sampled events has the same value in `ours` (which may have more).
 */
export function difference(ours, peer) {
  if (ours.lines !== peer.lines) return `${ours.lines} lines against ${peer.lines}`;
  for (const [index, event] of peer.events.entries()) {
    for (const [name, value] of Object.entries(event)) {
      const mine = ours.events[index][name];
      if (!isDeepStrictEqual(mine, value)) {
        return `line ${index * every + 1}: ${name} is ${JSON.stringify(mine)} against ${JSON.stringify(value)}`;
      }
    }
  }
  return undefined;
}
