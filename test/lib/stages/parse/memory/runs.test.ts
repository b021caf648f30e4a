/** A header is known to workers, and to a run that goes on where another ended. */
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { logpipe, temporaryDirectory } from "../../../../support/logpipe.js";

const HEADER = "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n";
const row = (n: number) =>
  `2026-11-21 10:00:${String(n % 60).padStart(2, "0")} 192.0.2.${n % 250} GET /${"a".repeat(90)}/${n} 200\n`;

it("workers know the header of each of two files", async () => {
  const cwd = temporaryDirectory();
  const rows = Array.from({ length: 30_000 }, (_, n) => row(n)).join("");
  writeFileSync(join(cwd, "a.log"), HEADER + rows);
  writeFileSync(join(cwd, "b.log"), `${HEADER.replace("c-ip", "s-ip")}${rows}`);
  const { stdout } = await logpipe(["parse", "--workers", "2", "a.log", "b.log"], { cwd });
  const lines = stdout.trimEnd().split("\n");
  expect(lines.length).toBe(60_000);
  const isOf = (name: string) => (line: string) => line.includes(`Z","${name}":"192.0.2.`);
  expect(lines.slice(0, 30_000).every(isOf("client_ip"))).toBe(true);
  expect(lines.slice(30_000).every(isOf("server_ip"))).toBe(true);
}, 300_000);

it("the next run knows the header that the run before has read, of a table's own memory", async () => {
  const cwd = temporaryDirectory();
  const run = async () => {
    const { code, stderr } = await logpipe(["run", "ingest --checkpoint c u.log | parse | sink ./st"], {
      cwd,
    });
    expect(code, stderr).toBe(0);
  };
  writeFileSync(join(cwd, "u.log"), HEADER + row(1));
  await run();
  for (const n of [2, 3]) {
    appendFileSync(join(cwd, "u.log"), row(n));
    await run();
  }
  const words = [
    "query",
    "--store",
    "./st",
    "SELECT count(*) AS n FROM logs WHERE status = 200 AND method = 'GET'",
  ];
  expect((await logpipe(words, { cwd })).stdout).toBe('{"n":3}\n');
}, 300_000);
