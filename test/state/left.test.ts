/** What a run before has left, and this one does not take up: it is said. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { logpipe, temporaryDirectory } from "../support/logpipe.js";

const LINES = Array.from({ length: 100 }, (_, n) => `{"n":${n}}\n`).join("");

it("a checkpoint that is gone is told, and one that is there is not", async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.log"), LINES);
  const run = () => logpipe(["run", "ingest --checkpoint c.json app.log | parse | sink ./st"], { cwd });
  expect((await run()).stderr).not.toContain("stored twice");
  expect((await run()).stderr).not.toContain("stored twice");
  rmSync(join(cwd, "c.json"));
  expect((await run()).stderr).toMatch(/has .* of app\.log already, .* it is read again, and stored twice/);
});

it("a pipeline that became a chain does not leave events in its journal", async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.log"), LINES);
  const graph = (more: string) =>
    `journal: { directory: "./my dir/j" }\nsources: { a: { ingest: { file: app.log, checkpoint: c.json } } }\n` +
    `sinks:\n  s1: { from: a, sink: { store: ./st } }\n${more}`;
  const other = (to: string) => `  s2: { from: a, sink: { to: file, output: ${to}, append: true } }\n`;
  const run = async (text: string) => {
    writeFileSync(join(cwd, "g.yaml"), text);
    return logpipe(["run", "g.yaml"], { cwd });
  };
  expect((await run(graph(other("no/such/place")))).code).toBe(1);
  const refused = await run(graph(""));
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/100 events .* wait for s2 .* does not read any more/);
  expect(refused.stderr).toContain(`logpipe journal remove '${join(cwd, "my dir/j")}' s2`);
  expect((await run(graph(other("out")))).code).toBe(0);
  expect((await run(graph(""))).code).toBe(0);
});

it("a table that is called something else in the pipeline gets what waited, once", async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "app.log"), LINES);
  writeFileSync(join(cwd, "st"), "no directory");
  const graph = (name: string) =>
    `journal: { directory: ./j }\nsources: { a: { ingest: { file: app.log, checkpoint: c.json } } }\n` +
    `sinks:\n  f: { from: a, sink: { to: file, output: out, append: true } }\n  ${name}: { from: a, sink: { store: ./st } }\n`;
  const run = async (name: string) => {
    writeFileSync(join(cwd, "g.yaml"), graph(name));
    return logpipe(["run", "g.yaml"], { cwd });
  };
  expect((await run("old")).stderr).toContain("100 events wait in the journal for old");
  rmSync(join(cwd, "st"));
  expect((await run("new")).code).toBe(2);
  expect((await logpipe(["journal", "rename", "j", "old", "new"], { cwd })).code).toBe(0);
  expect((await run("new")).code).toBe(0);
  writeFileSync(join(cwd, "app.log"), `${LINES}{"n":100}\n`);
  expect((await run("new")).code).toBe(0);
  const counted = await logpipe(
    ["query", "--store", "st", "select count(*) n, count(distinct raw) d from logs"],
    { cwd },
  );
  expect(counted.stderr).toBe("");
  expect(counted.stdout).toBe('{"n":101,"d":101}\n');
});
