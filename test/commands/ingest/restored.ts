/** A log, the store that it is read into, and a copy of that store. */
import { appendFileSync, cpSync, readdirSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { logpipe, temporaryDirectory } from "../../support/logpipe.js";

export const AGAIN = /table logs of store has less than the checkpoint check\.json says was stored/;
export const GONE = /cannot be read again/;

export class Place {
  readonly directory = temporaryDirectory();
  readonly log = this.at("app.log");
  private next = 0;

  at(name: string): string {
    return join(this.directory, name);
  }

  write(count: number, path = this.log): void {
    let text = "";
    for (let n = 0; n < count; n++)
      text += `{"timestamp":"2026-11-28T10:00:00Z","k":${this.next++},"message":"an order has come in"}\n`;
    appendFileSync(path, text);
  }

  async run(
    more = "",
    files = "app.log",
    sink = "sink store",
  ): Promise<{ code: number | null; stderr: string }> {
    const { code, stderr } = await logpipe(
      ["run", `ingest --checkpoint check.json ${files} | parse ${more} | ${sink}`],
      { cwd: this.directory },
    );
    return { code, stderr };
  }

  backUp(): void {
    cpSync(this.at("store"), this.at("backup"), { recursive: true, preserveTimestamps: true });
  }

  restore(): void {
    rmSync(this.at("store"), { recursive: true, force: true });
    cpSync(this.at("backup"), this.at("store"), { recursive: true, preserveTimestamps: true });
    for (const name of readdirSync(this.at("store"), { recursive: true, encoding: "utf8" }))
      if (/\/lock-\d+$/.test(name)) unlinkSync(this.at(join("store", name)));
  }

  /** How often each line is in the table, as ranges of numbers; "twice" where one is there more than once. */
  async stored(store = "store", table = "logs"): Promise<string> {
    const sql = `SELECT k, count(*) AS n FROM ${table} WHERE k IS NOT NULL GROUP BY k ORDER BY k`;
    const { stdout, stderr } = await logpipe(["query", "--store", store, sql], { cwd: this.directory });
    if (stderr !== "") return stderr;
    const ranges: [number, number][] = [];
    for (const row of stdout.split("\n").filter((text) => text !== "")) {
      const { k, n } = JSON.parse(row) as { k: number; n: number };
      if (n > 1) return `${k} twice`;
      const last = ranges.at(-1);
      if (last?.[1] === k - 1) last[1] = k;
      else ranges.push([k, k]);
    }
    return ranges.map(([from, to]) => `${from}-${to}`).join(" ");
  }
}

/** 100 lines in the backup, 50 more that the store had after it. */
export async function behind(): Promise<Place> {
  const place = new Place();
  place.write(100);
  await place.run();
  place.backUp();
  place.write(50);
  expect((await place.run()).stderr).not.toMatch(AGAIN);
  return place;
}
