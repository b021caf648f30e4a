/**
 * The power goes at a file call: what was never synced is gone, names and bytes. Only on a file system that keeps
 * nothing on its own does "acknowledged" show that everything was synced.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../src/lib/base/files.js";
import { aftermath, attack, type Origin, originOf } from "./attack.js";
import { namedFiles } from "./calls.js";
import { OPERATIONS } from "./operations/index.js";
import { PowerCut } from "./power.js";
import { isLong, SEED, sample } from "./sample.js";

const STATES = isLong ? Number.POSITIVE_INFINITY : 2;

for (const operation of OPERATIONS) {
  test(`${operation.name}, and the power goes`, { timeout: 3_600_000 }, async () => {
    const origin = await originOf(operation);
    let calls = 0;
    await run(origin, async () => void calls++);
    const chosen = new Set(sample([...Array(calls).keys()], STATES));
    const scratch = await mkdtemp(join(tmpdir(), `logpipe-power-${operation.name}-`));
    try {
      const states = await layOutStates(origin, chosen, scratch);
      for (const { at, directory, said } of states) {
        const faults = await aftermath(operation, join(directory, "logs"), said);
        expect(faults, `power cut before ${at} (LOGPIPE_TEST_SEED=${SEED})`).toEqual([]);
        await rm(directory, { recursive: true });
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

interface State {
  /** The call that did not come to pass any more. */
  readonly at: string;
  readonly directory: string;
  readonly said: readonly string[];
}

/** The operation runs to its end; before each of the chosen calls, what a power cut would leave then is laid out. */
async function layOutStates(origin: Origin, chosen: ReadonlySet<number>, scratch: string): Promise<State[]> {
  const states: State[] = [];
  let count = 0;
  await run(origin, async (at, said, cut) => {
    const number = count++;
    if (!chosen.has(number)) return;
    const directory = join(scratch, `${number}`);
    // Before the laying out: what is promised meanwhile need not be in it.
    states.push({ at, directory, said: [...said] });
    await cut.layOut(directory);
  });
  return states;
}

type BeforeCall = (at: string, said: readonly string[], cut: PowerCut) => Promise<void>;

/**
 * Runs the operation on a copy of its table. `before` is called before each change, with what had been promised by
 * then.
 */
async function run(origin: Origin, before: BeforeCall): Promise<void> {
  await attack(origin, async (table) => {
    const copies = await mkdtemp(join(tmpdir(), "logpipe-copies-"));
    try {
      await mkdir(dirname(table), { recursive: true });
      const cut = await PowerCut.over(diskFiles, dirname(table), copies);
      const said = [...origin.said];
      // One layout at a time: another call must not change the things meanwhile.
      let turn: Promise<void> = Promise.resolve();
      const files = namedFiles(cut.files, table, async (call, act) => {
        if (call.isChange) {
          turn = turn.then(() => before(`${call.name} #${call.count}`, said, cut));
          await turn;
        }
        return act();
      });
      await origin.operation.run(table, files, (fact) => said.push(fact));
      return said.slice(origin.said.length);
    } finally {
      await rm(copies, { recursive: true, force: true });
    }
  });
}
