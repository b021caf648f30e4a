// One contest: the same job done by several contenders in turn, A B C A B C, after a warm-up whose answers are
// compared.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { difference, sample } from "./agree.mjs";
import { isInstalled, measure, summary } from "./measure.mjs";
import { data } from "./paths.mjs";

/**
 * Runs a contest and returns its rows. A contest is `{title, bytes, events, contenders}`; a contender is
 * `{name, command, needs?, before?, prints?, answer?}`: `command` a shell line, `needs` a program or a reason to skip,
 * `before` is run untimed each round, `prints` says that stdout is NDJSON to be compared, `answer` gives a value to be
 * compared instead; `isWarm` leaves out the warm-up. The first contender is ours. Throws when answers differ.
 */
export async function contest({ title, bytes, events, contenders, isWarm = false }, { rounds, log }) {
  log(`\n${title}`);
  const present = contenders.filter((contender) => isPresent(contender, log));
  if (!isWarm) await compareAnswers(present, log);
  const runs = new Map(present.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of present) {
      contender.before?.();
      runs.get(contender).push(measure(`${contender.command} > /dev/null`));
    }
  }
  const rows = present.map((contender) => row(contender, runs.get(contender), bytes, events));
  const skipped = contenders.filter((contender) => !present.includes(contender)).map(({ name }) => name);
  return { title, rounds, bytes, events, rows, skipped };
}

function isPresent({ name, needs, skip }, log) {
  if (skip !== undefined) log(`  skipped: ${name}: ${skip}`);
  else if (needs !== undefined && !isInstalled(needs)) log(`  skipped: ${needs} not installed`);
  else return true;
  return false;
}

async function compareAnswers(contenders, log) {
  let first;
  for (const contender of contenders) {
    contender.before?.();
    const answer = await answerOf(contender);
    if (answer === undefined) continue;
    if (first === undefined) {
      first = { contender, answer };
      continue;
    }
    const fault =
      answer.lines === undefined ? unequal(first.answer, answer) : difference(first.answer, answer);
    if (fault !== undefined)
      throw new Error(`${first.contender.name} and ${contender.name} do not agree: ${fault}`);
    log(`  answers agree: ${first.contender.name}, ${contender.name}`);
  }
}

async function answerOf(contender) {
  if (contender.prints !== true) {
    measure(`${contender.command} > /dev/null`);
    return contender.answer?.();
  }
  const path = join(data, "answer.ndjson");
  const { status, stderr } = spawnSync("bash", ["-o", "pipefail", "-c", `${contender.command} > ${path}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new Error(`${contender.name} ended with ${status}: ${String(stderr).slice(-600)}`);
  const answer = await sample(path);
  rmSync(path);
  return answer;
}

function unequal(ours, peers) {
  return JSON.stringify(ours) === JSON.stringify(peers)
    ? undefined
    : `${JSON.stringify(ours)} against ${JSON.stringify(peers)}`;
}

function row({ name, size }, runs, bytes, events) {
  const wall = summary(runs.map(({ wallSeconds }) => wallSeconds));
  const known = (pick) =>
    runs[0][pick] === undefined ? undefined : summary(runs.map((run) => run[pick])).median;
  return {
    name,
    wallSeconds: wall.median,
    leastSeconds: wall.least,
    mostSeconds: wall.most,
    cpuSeconds: known("cpuSeconds"),
    rssMb: runs[0].rssMb === undefined ? undefined : Math.max(...runs.map(({ rssMb }) => rssMb)),
    mbPerSecond: bytes === undefined ? undefined : bytes / 1e6 / wall.median,
    eventsPerSecond: events === undefined ? undefined : events / wall.median,
    outputMb: size?.(),
  };
}
