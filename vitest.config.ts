import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";

/**
 * Tests that kill, starve and damage, and those that run every example and every golden case through the program: minutes
 * together. `npm test` leaves them out, `npm run test:long` runs them and nothing else, CI runs both.
 */
const LONG = [
  "test/cli/{data,exit-codes,flags}.test.ts",
  "test/cli/help.test.ts",
  "test/cli/keys/round-trip.test.ts",
  "test/cli/jobs/*.test.ts",
  "test/cli/lossless.test.ts",
  "test/cli/outputs/closed.test.ts",
  "test/cli/outputs/{places,small-disk}.test.ts",
  "test/cli/pipes.test.ts",
  "test/cli/secrets/keys.test.ts",
  "test/cli/settings-trust/consent.test.ts",
  "test/cli/surroundings/*.test.ts",
  "test/commands/examples.test.ts",
  "test/commands/ingest/{exactly-once,looking,packed,restored,restored-table,table-decides}.test.ts",
  "test/commands/memory.test.ts",
  "test/commands/printed/**",
  "test/commands/program.test.ts",
  "test/contract/file-kinds.test.ts",
  "test/crash/**",
  "test/docs/blocks.test.ts",
  "test/lib/format/patterns/linear.test.ts",
  "test/lib/query/restricted/{limits,own-time,restricted}.test.ts",
  "test/lib/stages/redact/growth.test.ts",
  "test/lib/sinks/store/{faults,full,kill}.test.ts",
  "test/lib/sources/checkpoint/checkpoint-lock.test.ts",
  "test/lib/store/maintain/alter/kill.test.ts",
  "test/lib/store/inspect/lost-deletion.test.ts",
  "test/lib/store/engines/**",
  "test/library/page.test.ts",
  "test/model/**",
  "test/private/**",
  "test/state/{faults,kills,pipelines,soak,tables}.test.ts",
  "test/state/graphs/**",
];
/** As those, but for how much hangs on the version of Node: CI runs some of these on the newer ones, too. */
const SLOW = [
  "test/cli/{dead-letters,looks,settings}.test.ts",
  "test/commands/query/types.test.ts",
  "test/contract/pipes.test.ts",
  "test/lib/query/restricted/walls.test.ts",
  "test/lib/sources/table/table-source.test.ts",
  "test/lib/store/columns/hostile.test.ts",
  "test/lib/store/delta/broken.test.ts",
  "test/lib/store/inspect/damage.test.ts",
  "test/lib/store/inspect/{quarantine,wal}/damage.test.ts",
  "test/lib/store/maintain/alter/change.test.ts",
  "test/lib/store/quarantine/quarantine.test.ts",
];
/** Run by both: `npm test` tries a part of their cuts, runs and texts (test/support/runs.ts). */
const SAMPLED = [
  "test/contract/stages.test.ts",
  "test/commands/{cases,query/values/as-they-came}.test.ts",
  "test/lib/format/{contract,patterns/to-re2}.test.ts",
  "test/lib/query/plan/prune.test.ts",
  "test/lib/stages/parse/{hot-lines,memory/memory,records/cuts}.test.ts",
  "test/lib/store/{columns/types/first-types,maintain/compact}.test.ts",
];
/** They take longest: what begins with them does not end with one of them on one processor. */
const SLOWEST = [
  "test/commands/cases.test.ts",
  "test/contract/stages.test.ts",
  "test/commands/program.test.ts",
  "test/commands/printed/",
  "test/crash/",
  "test/state/",
  "test/model/",
  "test/cli/keys/",
  "test/private/",
  "test/lib/store/engines/",
  "test/lib/stages/parse/",
  "test/lib/format/contract.test.ts",
  "test/cli/",
  "test/docs/",
  "test/lib/store/",
  "test/commands/",
];
type Files = Parameters<BaseSequencer["sort"]>[0];

/** Without it vitest goes by the size of the files where it has run none before, as in CI. */
class SlowestFirst extends BaseSequencer {
  override async sort(files: Files): Promise<Files> {
    const rankOf = (name: string) => {
      const rank = SLOWEST.findIndex((path) => name.includes(`/${path}`));
      return rank === -1 ? SLOWEST.length : rank;
    };
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rankOf(a.moduleId) - rankOf(b.moduleId));
  }
}

/**
 * What could differ between versions of Node, by what they exercise: processes, signals and the command line; files and
 * locks; streams and what packs them; worker threads; time zones and widths (Intl); texts of JSON numbers; regular
 * expressions; the native binding, by queries. CI runs these on the newer ones. What is computed by our own code alone
 * is the same everywhere: stages, formats, tables.
 */
const OF_NODE = [
  "test/cli/{dead-letters,looks,settings}.test.ts",
  "test/cli/{outputs/letters,settings-trust/owner}.test.ts",
  "test/commands/{cases,interrupted}.test.ts",
  "test/commands/ingest/byte-names.test.ts",
  "test/commands/query/{inputs,outputs}.test.ts",
  "test/commands/view/{terminal,view}.test.ts",
  "test/contract/{ends,pipes,sinks,source,storage}.test.ts",
  "test/lib/base/**/*.test.ts",
  "test/lib/format/patterns/bounded-pattern.test.ts",
  "test/lib/json/**/*.test.ts",
  "test/lib/pipeline/run/**/*.test.ts",
  "test/lib/pipeline/graph/run-graph.test.ts",
  "test/lib/sinks/{append,file}/**/*.test.ts",
  "test/lib/sinks/store/{background-maintenance,log-positions}.test.ts",
  "test/lib/sources/{checkpoint,decode,exec,files,lines}/**/*.test.ts",
  "test/lib/sources/follow/*.test.ts",
  "test/lib/store/wal/**/*.test.ts",
  "test/lib/store/write/full-disk.test.ts",
  "test/lib/terminal/**/*.test.ts",
  "test/library/{functions,graph,hostile,pino,pipeline,query,set-aside,streams}.test.ts",
];
const isLong = process.env["LOGPIPE_TEST"] === "long";
const isOfNode = process.env["LOGPIPE_TEST"] === "node";

export default defineConfig({
  test: {
    include: isLong
      ? [...LONG, ...SLOW, ...SAMPLED].map((glob) => (glob.endsWith("**") ? `${glob}/*.test.ts` : glob))
      : isOfNode
        ? OF_NODE
        : ["test/**/*.test.ts"],
    // A file that is named is run, whichever kind it is of.
    exclude:
      isLong || namesFiles() ? ["node_modules/**"] : ["node_modules/**", ...LONG, ...(isOfNode ? [] : SLOW)],
    // Processes, not threads: tests change signals, descriptors and memory limits.
    pool: "forks",
    // Most tests wait for child processes or the disk, so more files at once than processors.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    sequence: { sequencer: SlowestFirst },
    // Generous: a slow machine must not fail a test. Nothing is decided by time.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 10_000,
  },
});

/** `vitest run test/crash`, not `vitest run`. */
function namesFiles(): boolean {
  return process.argv.slice(2).some((argument) => /(^|\/)test\/|\.test\.ts$/.test(argument));
}
