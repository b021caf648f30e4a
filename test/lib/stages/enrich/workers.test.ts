import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dispatchInside } from "../../../support/in-process.js";
import { mmdb } from "../../../support/mmdb.js";

/** Enough for worker threads to be worth their start. */
const EVENTS = 40_000;

describe("enrich in worker threads", () => {
  const directory = mkdtempSync(join(tmpdir(), "logpipe-enrich-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  it("gives what the main thread gives, look-ups and databases too", async () => {
    const users = Array.from({ length: 1000 }, (_, n) => `${n},User ${n}`).join("\n");
    writeFileSync(join(directory, "users.csv"), `id,name\n${users}\n`);
    const japan = { country: { iso_code: "JP", names: { en: "Japan" } } };
    writeFileSync(join(directory, "c.mmdb"), mmdb([["192.0.2.0/25", japan]], { type: "Test-Country" }));
    const lines = Array.from({ length: EVENTS }, (_, n) => {
      const path = `/p/${n % 50}?n=${n % 7}`;
      return `{"n":${n},"client_ip":"192.0.2.${n % 256}","user_id":${n % 2000},"path":"${path}","f":${n}.50,"x":"padding of some length"}`;
    });
    lines.splice(77, 0, "no event");
    const options = [
      ["--lookup", "users.csv on user_id=id as user_"],
      ["--geoip", "c.mmdb"],
      ["--query-string", "path"],
      ["--set", "big=f > 1000.0"],
      ["--drop", "x"],
      ["--rename", "f=value"],
    ].flat();
    const input = Buffer.from(`${lines.join("\n")}\n`);
    const run = (workers: string) =>
      dispatchInside(["enrich", ...options, "--workers", workers], directory, input);
    const alone = await run("0");
    const spread = await run("2");
    expect(alone.code).toBe(0);
    expect(spread.stdout.equals(alone.stdout)).toBe(true);
    const first = alone.stdout.toString("utf8", 0, alone.stdout.indexOf("\n"));
    expect(first).toBe(
      '{"n":0,"client_ip":"192.0.2.0","user_id":0,"path":"/p/0?n=0","value":0.50,"query":{"n":"0"},"geo.country.iso_code":"JP","geo.country.name":"Japan","user_name":"User 0","big":false}',
    );
  });
});
