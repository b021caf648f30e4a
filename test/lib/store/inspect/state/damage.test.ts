/** What stages save beside a table is verified like its other files. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shell, temporaryDirectory } from "../../../../support/logpipe.js";
import { kindsOf } from "../support.js";

const LINE =
  "logpipe run -q 'ingest --checkpoint cp in.ndjson | dedupe --by n | sink --store st --table logs'";

let made: string;
beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), "logpipe-states-"));
  for (const from of [0, 50]) {
    const lines = Array.from({ length: 50 }, (_, i) => `{"n":${from + i},"m":"line ${from + i}"}\n`);
    writeFileSync(join(made, "in.ndjson"), lines.join(""), { flag: "a" });
    expect(await shell(LINE, { cwd: made })).toMatchObject({ code: 0 });
  }
}, 300_000);
afterAll(() => rmSync(made, { recursive: true, force: true }));

function copy() {
  const cwd = temporaryDirectory();
  cpSync(made, cwd, { recursive: true });
  const table = join(cwd, "st/logs");
  const [id = ""] = readdirSync(join(table, "_state"));
  const names = readdirSync(join(table, "_state", id));
  expect(names).toHaveLength(1);
  return { cwd, table, path: join(table, "_state", id, names[0]!) };
}

const CHANGES: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  "a bit of the seal": (bytes) => flipped(bytes, 18),
  "a bit of the version": (bytes) => flipped(bytes, 14),
  "a bit of the positions": (bytes) => flipped(bytes, 60),
  "a bit of the states": (bytes) => flipped(bytes, bytes.length - 5),
  "the end cut off": (bytes) => bytes.subarray(0, -1),
  "nothing left": () => Buffer.alloc(0),
  "a byte more": (bytes) => Buffer.concat([bytes, Buffer.from("\n")]),
  zeros: (bytes) => Buffer.alloc(bytes.length),
};

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at]! ^= 4;
  return changed;
}

describe("a saved state", () => {
  it("that is sound", async () => {
    const { table } = copy();
    expect(await kindsOf(table, true)).toEqual([]);
  });

  it.each(Object.keys(CHANGES))("with %s", async (name) => {
    const { table, path } = copy();
    writeFileSync(path, CHANGES[name]!(readFileSync(path)));
    expect(await kindsOf(table, true)).toEqual(["state-broken"]);
  });

  it("that is gone, alone or with its directory", async () => {
    for (const what of ["", "..", "../.."]) {
      const { table, path } = copy();
      rmSync(join(path, what), { recursive: true });
      expect(await kindsOf(table)).toEqual(["state-missing"]);
    }
  });

  it("that is an older one's", async () => {
    const { table, path } = copy();
    cpSync(path, join(path, "../1.state"));
    rmSync(path);
    expect(await kindsOf(table)).toEqual(["state-missing"]);
  });

  it("is whole again after a run that starts over, as the finding says", async () => {
    const { cwd, table, path } = copy();
    rmSync(path);
    const told = await shell("logpipe store verify --store st", { cwd });
    expect(told).toMatchObject({ code: 1 });
    expect(told.stdout + told.stderr).toContain("--reset-state");
    expect(await shell(LINE.replace("run", "run --reset-state"), { cwd })).toMatchObject({ code: 0 });
    expect(await kindsOf(table, true)).toEqual([]);
  });
});
