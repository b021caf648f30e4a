/** Every file call fails in turn, once or from then on: what was acknowledged is safe and the next run makes it whole. */
import { expect, test } from "vitest";
import { LogpipeError } from "../../src/lib/base/errors/index.js";
import { diskFiles } from "../../src/lib/base/files.js";
import { attack, twoAtATime, withOrigin } from "./attack.js";
import { type Around, type Call, isAt, namedFiles } from "./calls.js";
import { OPERATIONS } from "./operations/index.js";
import { SEED, sample } from "./sample.js";

const CALLS = process.env["LOGPIPE_TEST_CRASH"] === "all" ? Number.POSITIVE_INFINITY : 8;

/** How a call fails. */
interface Failure {
  readonly code: string;
  readonly calls: RegExp;
  /** Whether every change after it fails too, as on a full disk. */
  readonly isForever: boolean;
}

const FAILURES: readonly Failure[] = [
  { code: "ENOSPC", calls: /^(create|write|makeDirectory|link|rename|truncate) /, isForever: true },
  { code: "EIO", calls: /^(sync|syncDirectory|write|read|readFile) /, isForever: false },
  { code: "EMFILE", calls: /^(open|create|change|list|readFile|syncDirectory) /, isForever: false },
];

for (const operation of OPERATIONS) {
  for (const failure of FAILURES) {
    test(`${operation.name}, ${failure.code} from a file call`, { timeout: 3_600_000 }, async () => {
      await withOrigin(operation, async (origin) => {
        const calls: Call[] = [];
        const list: Around = (call, act) => {
          if (failure.calls.test(call.name)) calls.push(call);
          return act();
        };
        await attack(origin, async (table) => {
          await operation.run(table, namedFiles(diskFiles, table, list), () => {});
          return [];
        });
        await twoAtATime(sample(calls, CALLS), async (call) => {
          const at = `${failure.code} from ${call.name} #${call.count} (LOGPIPE_TEST_SEED=${SEED})`;
          const faults = await attack(origin, async (table) => {
            const said: string[] = [];
            const files = namedFiles(diskFiles, table, failing(call, failure));
            await operation
              .run(table, files, (fact) => said.push(fact))
              .catch((error: unknown) => expect(error, at).toBeInstanceOf(LogpipeError));
            return said;
          });
          expect(faults, at).toEqual([]);
        });
      });
    });
  }
}

/** A write that fails has written its first half. */
function failing(wanted: Call, { code, calls, isForever }: Failure): Around {
  let hasFailed = false;
  return async (call, act, half) => {
    const isNow = isAt({ when: "before", ...wanted }, call);
    if (!isNow && !(hasFailed && isForever && calls.test(call.name))) return act();
    hasFailed = true;
    await half?.();
    throw Object.assign(new Error(`${code}: injected, ${call.name}`), { code });
  };
}
