#!/usr/bin/env node
// Random damage to every kind of file that a store has. After each: no query answers with other rows than were stored
// unless it fails and says so; `store verify --deep` names it; `store repair` loses nothing that was whole. What is not
// asked is in mutations/meaning.mjs.
//   node test/crash/mutations.mjs [--count 1000] [--seed N] [--from 0] [--only REGEX-OF-KINDS] [--keep]
// The built commands run in this process; every 25th time the program itself is asked, too.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { judge } from "./mutations/judge.mjs";
import { filesOf, KINDS, mutate } from "./mutations/mutate.mjs";
import { randomOf } from "./mutations/random.mjs";
import { buildStates, copyOf } from "./mutations/states.mjs";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    from: { type: "string", default: "0" },
    only: { type: "string", default: "" },
    keep: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const PROGRAM_EVERY = 25;

const place = await mkdtemp(join(tmpdir(), "logpipe-mutations-"));
const faults = [];
const tally = new Map();
try {
  const states = await buildStates(join(place, "states"));
  for (let n = Number(values.from); n < Number(values.from) + Number(values.count); n++) {
    // Each has numbers of its own, so that one can be done again without those before it.
    const random = randomOf(seed * 1_000_003 + n);
    const target = choose(states, random);
    if (target === undefined) continue;
    const store = await copyOf(target.state, join(place, "now"));
    const change = mutate(store, target, random);
    const found = await judge(store, target, change, n % PROGRAM_EVERY === 0);
    count(target.kind, found.outcome);
    for (const fault of found.faults)
      faults.push(`--seed ${seed}, number ${n}: ${target.state.name}, ${change.what}: ${fault}`);
    if (found.faults.length > 0) console.log(`FAULT: ${faults.at(-1)}`);
    if (n % 100 === 99) console.log(`${n + 1} done, ${faults.length} faults`);
  }
} finally {
  if (values.keep) console.log(`kept: ${place}`);
  else await rm(place, { recursive: true, force: true });
}
for (const [kind, outcomes] of [...tally].sort())
  console.log(`${kind.padEnd(16)} ${JSON.stringify(outcomes)}`);
console.log(
  `seed ${seed}: ${values.count} mutations, ${faults.length === 0 ? "no fault" : `${faults.length} faults`}`,
);
process.exitCode = faults.length === 0 ? 0 : 1;

/** A state that has files of the kind, and one of them; every kind as often as the others. */
function choose(states, random) {
  const kinds = KINDS.filter(({ name }) => new RegExp(values.only).test(name));
  const kind = random.of(kinds);
  const able = states.filter((state) => filesOf(state, kind).length > 0);
  if (able.length === 0) return undefined;
  const state = random.of(able);
  return { state, kind: kind.name, path: random.of(filesOf(state, kind)), siblings: filesOf(state, kind) };
}

function count(kind, outcome) {
  const outcomes = tally.get(kind) ?? {};
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  tally.set(kind, outcomes);
}
