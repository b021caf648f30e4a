/** Every file call fails in turn: what was acknowledged is safe, and the next run makes it whole. */
import { expect, test } from "vitest";
import { LogpipeError } from "../../src/lib/base/errors/index.js";
import { diskFiles } from "../../src/lib/base/files.js";
import { attack, type Origin, originOf, twoAtATime } from "./attack.js";
import { type Around, type Call, namedFiles } from "./calls.js";
import { OPERATIONS } from "./operations/index.js";
import { isLong, SEED, sample } from "./sample.js";

/** Calls of each code that fail; the long form fails all. */
const CALLS = isLong ? Number.POSITIVE_INFINITY : 1;

/** How calls fail. */
interface Failure {
  readonly code: string;
  readonly calls: RegExp;
  /** So many such calls in a row. */
  readonly times: number;
}

const FAILURES: readonly Failure[] = [
  { code: "ENOSPC", calls: /^(create|write|makeDirectory|link|rename|makeLink) /, times: 3 },
  { code: "EIO", calls: /^(sync|syncDirectory|write|read|readFile|remove) /, times: 1 },
  { code: "EMFILE", calls: /^(open|create|change|list|readFile|syncDirectory) /, times: 2 },
];

for (const operation of OPERATIONS) {
  test(`${operation.name}, a file call fails`, { timeout: 3_600_000 }, async () => {
    const origin = await originOf(operation);
    const calls = await callsOf(origin);
    for (const failure of FAILURES) {
      const chosen = sample(
        calls.filter(({ name }) => failure.calls.test(name)),
        CALLS,
      );
      await twoAtATime(chosen, (call) => fail(origin, call, failure));
    }
  });
}

async function callsOf({ operation, ...origin }: Origin): Promise<Call[]> {
  const calls: Call[] = [];
  const list: Around = (call, act) => {
    calls.push(call);
    return act();
  };
  await attack({ operation, ...origin }, async (table) => {
    await operation.run(table, namedFiles(diskFiles, table, list), () => {});
    return [];
  });
  return calls;
}

async function fail(origin: Origin, call: Call, failure: Failure): Promise<void> {
  const at = `${failure.code} from ${call.name} #${call.count} (LOGPIPE_TEST_SEED=${SEED})`;
  const faults = await attack(origin, async (table) => {
    const said: string[] = [];
    const files = namedFiles(diskFiles, table, failing(call, failure));
    await origin.operation
      .run(table, files, (fact) => said.push(fact))
      .catch((error: unknown) => {
        const isTold = error instanceof LogpipeError || (error as Error).message.includes(INJECTED);
        expect(isTold, `${at}: ${error instanceof Error ? error.stack : error}`).toBe(true);
      });
    return said;
  });
  expect(faults, at).toEqual([]);
}

const INJECTED = "injected";

/** From the wanted call on, `times` calls of the kind fail. A write that fails has written its first half. */
function failing(wanted: Call, { code, calls, times }: Failure): Around {
  let left = 0;
  return async (call, act, half) => {
    if (call.name === wanted.name && call.count === wanted.count) left = times;
    if (left === 0 || !calls.test(call.name)) return act();
    left--;
    await half?.();
    throw Object.assign(new Error(`${code}: ${INJECTED}, ${call.name}`), { code });
  };
}
