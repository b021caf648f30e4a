/** Following to look at a log, as `tail -f`, `docker logs -f` and `kubectl logs -f` do; and following into a store. */
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { BIN, finished, logpipe, printed, shell, start, temporaryDirectory } from "../../support/logpipe.js";

/** What it prints until it has printed `last`, and then in the time that a stop takes. */
async function looked(
  words: readonly string[],
  cwd: string,
  last: string,
  then?: () => void,
): Promise<string> {
  const child = start([BIN, ...words], { cwd });
  const ended = finished(child, "");
  if (then !== undefined) {
    await printed(child, "stdout", /ready/);
    then();
  }
  await printed(child, "stdout", new RegExp(last));
  child.kill("SIGINT");
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  return stdout;
}

function withLog(): { cwd: string; log: string } {
  const cwd = temporaryDirectory();
  const log = join(cwd, "app.log");
  writeFileSync(log, "one\ntwo\nthree\n");
  return { cwd, log };
}

const events = (...lines: string[]) => lines.map((raw) => `{"source":"app.log","raw":"${raw}"}\n`).join("");

it.each([
  ["ingest", "--follow", "app.log"],
  ["run", "ingest --follow app.log"],
  ["run", "ingest --follow app.log | filter 'raw != \"zero\"'"],
])("%s %s: all of it, each time, and no checkpoint is left", async (...words) => {
  const { cwd } = withLog();
  const command = words.filter((word) => word !== undefined);
  for (let n = 0; n < 2; n++) expect(await looked(command, cwd, "three")).toBe(events("one", "two", "three"));
  expect(existsSync(join(cwd, ".state"))).toBe(false);
});

it("a comfortable view shows all of it each time, and with a checkpoint only what is new", async () => {
  const { cwd, log } = withLog();
  for (let n = 0; n < 2; n++)
    expect(await looked(["run", "ingest --follow app.log | view"], cwd, "three")).toContain("one");
  const pipeline = "ingest --follow --checkpoint c.json app.log | view";
  expect(await looked(["run", pipeline], cwd, "three")).toContain("one");
  appendFileSync(log, "four\n");
  const second = await looked(["run", pipeline], cwd, "four");
  expect(second).not.toContain("three");
});

it("the last lines, then what comes", async () => {
  const { cwd, log } = withLog();
  writeFileSync(join(cwd, "b.log"), "other\nready\n");
  const words = ["ingest", "--follow", "--tail", "1", "app.log", "b.log"];
  const stdout = await looked(words, cwd, "four", () => appendFileSync(log, "four\n"));
  expect(stdout).toBe(
    '{"source":"app.log","raw":"three"}\n{"source":"b.log","raw":"ready"}\n{"source":"app.log","raw":"four"}\n',
  );
});

it("from the end, each time", async () => {
  const { cwd, log } = withLog();
  const run = async (text: string) => {
    const child = start([BIN, "ingest", "--follow", "--from", "end", "app.log"], { cwd });
    const ended = finished(child, "");
    // Nothing tells that it has looked: lines come until one is seen.
    const appending = setInterval(() => appendFileSync(log, `${text}\n`), 50);
    await printed(child, "stdout", new RegExp(text)).finally(() => clearInterval(appending));
    child.kill("SIGINT");
    return (await ended).stdout;
  };
  expect(await run("four")).not.toContain("three");
  expect(await run("five")).not.toContain("four");
});

it("a store has each line once, and two stores have all of them each", async () => {
  const { cwd, log } = withLog();
  const count = async (store: string) => {
    const { stdout } = await logpipe(["query", "--store", store, "SELECT count(*) AS n FROM logs"], { cwd });
    return stdout === "" ? 0 : (JSON.parse(stdout) as { n: number }).n;
  };
  /** Runs until the store has so many; what it has at the end. */
  const store = async (name: string, wanted: number) => {
    const child = start([BIN, "run", `ingest --follow app.log | parse | sink ${name}`], { cwd });
    const ended = finished(child, "");
    while ((await count(name)) < wanted);
    child.kill("SIGINT");
    await ended;
    return count(name);
  };
  expect(await store("a", 3)).toBe(3);
  appendFileSync(log, "four\n");
  expect(await store("a", 4)).toBe(4);
  expect(await store("b", 4)).toBe(4);
  appendFileSync(log, "five\n");
  expect(await store("b", 5)).toBe(5);
  const refused = await logpipe(["run", "ingest --follow --from end app.log | parse | sink a"], { cwd });
  expect({ code: refused.code, says: refused.stderr.includes("says already where to go on") }).toEqual({
    code: 2,
    says: true,
  });
});

it("a store fed from files that nothing remembers says so, once, unless told to be quiet", async () => {
  const { cwd } = withLog();
  const saying = "a second run stores it once more";
  const stderr = async (line: string) => (await shell(line, { cwd })).stderr.split(saying).length - 1;
  expect(await stderr("logpipe run 'ingest app.log app.log | parse | sink s'")).toBe(1);
  expect(await stderr("logpipe run 'parse app.log | sink s'")).toBe(1);
  expect(await stderr("logpipe run 'parse | sink s' app.log")).toBe(1);
  expect(await stderr("logpipe run -q 'parse app.log | sink s'")).toBe(0);
  expect(await stderr("logpipe run 'ingest --checkpoint c app.log | parse | sink s'")).toBe(0);
  expect(await stderr("logpipe run 'parse | sink s' < app.log")).toBe(1);
  expect(await stderr("logpipe run 'ingest - | sink s' < app.log")).toBe(1);
  expect(await stderr("logpipe run 'parse /dev/stdin | sink s' < app.log")).toBe(1);
  expect(await stderr("logpipe sink s < app.log")).toBe(1);
  expect(await stderr("logpipe sink -q s < app.log")).toBe(0);
  expect(await stderr("logpipe sink --to stdout < app.log")).toBe(0);
  expect(await stderr("logpipe run 'parse app.log | sink --to stdout'")).toBe(0);
  // What comes through a pipe does not come again, nor does nothing.
  expect(await stderr("cat app.log | logpipe run 'ingest - | parse | sink s'")).toBe(0);
  expect(await stderr("cat app.log | logpipe sink s")).toBe(0);
  expect(await stderr("mkfifo ff; cat app.log > ff & logpipe run 'ingest ff | parse | sink s'")).toBe(0);
  expect(await stderr("mkfifo gg; cat app.log > gg & logpipe run 'parse | sink s' gg app.log")).toBe(1);
  expect(await stderr("logpipe run 'parse | sink s' <(cat app.log)")).toBe(0);
  expect(await stderr("logpipe sink s < /dev/null")).toBe(0);
  expect(await stderr("logpipe run 'parse | sink s' <<< 'one line'")).toBe(0);
}, 300_000);
