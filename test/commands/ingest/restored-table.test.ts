/** A table that is fed from another one, and is behind what its checkpoint says. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logpipe, temporaryDirectory } from "../../support/logpipe.js";

const AGAIN = /has less of table logs than the checkpoint check\.json says was stored/;

class Tables {
  readonly cwd = temporaryDirectory();
  private next = 0;

  async add(count: number): Promise<void> {
    const events = Array.from({ length: count }, () => `{"k":${this.next++}}\n`).join("");
    await logpipe(["sink", "source"], { cwd: this.cwd, stdin: events });
  }

  run(more = "") {
    const pipeline = `ingest --table logs --store source --checkpoint check.json ${more} | sink fed`;
    return logpipe(["run", pipeline], { cwd: this.cwd });
  }

  copy(from: string, to: string): void {
    rmSync(join(this.cwd, to), { recursive: true, force: true });
    cpSync(join(this.cwd, from), join(this.cwd, to), { recursive: true, preserveTimestamps: true });
  }

  async fed(): Promise<unknown> {
    const sql = "SELECT min(k)::INT AS first, count(*)::INT AS n, count(DISTINCT k)::INT AS d FROM logs";
    return JSON.parse((await logpipe(["query", "--store", "fed", sql], { cwd: this.cwd })).stdout);
  }
}

test("restored from an older copy, it gets what came since", async () => {
  const tables = new Tables();
  await tables.add(10);
  await tables.run();
  tables.copy("fed", "backup");
  await tables.add(5);
  expect((await tables.run()).stderr).not.toMatch(AGAIN);
  tables.copy("backup", "fed");
  await tables.add(5);
  expect((await tables.run()).stderr).toMatch(AGAIN);
  expect(await tables.fed()).toEqual({ first: 0, n: 20, d: 20 });
  expect((await tables.run()).stderr).not.toMatch(AGAIN);
  expect(await tables.fed()).toEqual({ first: 0, n: 20, d: 20 });
});

test("recreated, it gets all that the other table has", async () => {
  const tables = new Tables();
  await tables.add(10);
  await tables.run();
  await tables.add(5);
  await tables.run();
  rmSync(join(tables.cwd, "fed"), { recursive: true });
  expect((await tables.run()).stderr).toMatch(AGAIN);
  expect(await tables.fed()).toEqual({ first: 0, n: 15, d: 15 });
});

test("recreated, it gets what came after the end it was begun at, and nothing before", async () => {
  const tables = new Tables();
  const from = "--from resume-or-end";
  await tables.add(10);
  await tables.run(from);
  await tables.add(5);
  await tables.run(from);
  expect(await tables.fed()).toEqual({ first: 10, n: 5, d: 5 });
  rmSync(join(tables.cwd, "fed"), { recursive: true });
  await tables.add(5);
  await tables.run(from);
  expect(await tables.fed()).toEqual({ first: 10, n: 10, d: 10 });
});

test("with nothing of the last events, all of them filtered, it is not behind", async () => {
  const tables = new Tables();
  await tables.add(10);
  const run = () =>
    logpipe(
      ["run", 'ingest --table logs --store source --checkpoint check.json | filter "k < 10" | sink fed'],
      { cwd: tables.cwd },
    );
  await run();
  await tables.add(5);
  await run();
  expect((await run()).stderr).not.toMatch(AGAIN);
  expect(await tables.fed()).toEqual({ first: 0, n: 10, d: 10 });
});
