/** What every place for table logs and data files promises (src/lib/store/storage/storage.ts), over each kind. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { diskFiles, type Files } from "../../src/lib/base/files.js";
import { localTable } from "../../src/lib/store/storage/local.js";
import type { StoredObject, TablePlace } from "../../src/lib/store/storage/storage.js";
import { temporaryDirectory } from "../support/logpipe.js";
import { ObjectServer, type ServerOptions } from "../support/objects/server.js";
import { objectTable } from "../support/objects/storage.js";
import { uniform } from "../support/random.js";
import { runs } from "../support/runs.js";

interface Kind {
  readonly name: string;
  /** An empty table, as seen from as many machines as are asked for. */
  open(machines: number): Promise<TablePlace[]>;
}

const onDisk = (files: Files) => async (machines: number) => {
  const directory = join(temporaryDirectory(), "logs");
  return Array.from({ length: machines }, () => localTable(directory, files));
};
const onServer = (options: () => ServerOptions) => async (machines: number) => {
  const server = await ObjectServer.start({ pageSize: 3, ...options() });
  onTestFinished(() => server.close());
  return Array.from({ length: machines }, () => objectTable(server.url, join(temporaryDirectory(), "logs")));
};

/** About a third of all requests is refused, and a third of the others done and not answered. */
function unreliable(): ServerOptions {
  const next = uniform(7);
  return { trouble: () => (next() < 0.3 ? "busy" : next() < 0.3 ? "lost" : undefined) };
}

const { readAt: _, ...plainFiles } = diskFiles;

const kinds: readonly Kind[] = [
  { name: "the local disk", open: onDisk(diskFiles) },
  { name: "the local disk by opening each file", open: onDisk(plainFiles) },
  { name: "an object store", open: onServer(() => ({})) },
  { name: "an object store that loses answers", open: onServer(unreliable) },
];

const bytesOf = (text: string) => Buffer.from(text, "utf8");

async function listed(objects: AsyncIterable<StoredObject>): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of objects) found.push(object);
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Keys of which none is the beginning of another's folder. */
const keys = fc
  .uniqueArray(
    fc
      .tuple(
        fc.constantFrom("", "_delta_log/", "date=2026-11-21/", "date=2026-11-21/service=a%2Fb/", "é/_x=1/"),
        fc.constantFrom(..."1.json part-a.parquet x%20y.json ü.bin a'b#c?d&e.x _last_checkpoint".split(" ")),
      )
      .map(([folder, name]) => folder + name),
    { maxLength: 12 },
  )
  .map((all) => all.sort());

describe.each(kinds)("$name", { timeout: 300_000 }, ({ open }) => {
  it("has nothing where nothing is", async () => {
    const [table] = await open(1);
    const { storage } = table!;
    expect(await storage.read("a/b.json")).toBeUndefined();
    expect(await storage.readRange("a/b.json", 0, 3)).toBeUndefined();
    expect(await storage.facts("a/b.json")).toBeUndefined();
    expect(await storage.names("")).toEqual([]);
    expect(await storage.names("a/")).toEqual([]);
    expect(await listed(storage.list(""))).toEqual([]);
    await storage.remove(["a/b.json", "c"]);
  });

  it("gives back what was put, and of two puts the later one, whatever its size", async () => {
    const [here, there] = await open(2);
    for (const mode of ["durable", "hint"] as const) {
      for (const text of ["first and long", "2", "third, longer than the second one", ""]) {
        await here!.storage.put(`log/${mode}`, bytesOf(text), mode);
        expect(String(await there!.storage.read(`log/${mode}`))).toBe(text);
        const facts = await there!.storage.facts(`log/${mode}`);
        expect(facts).toMatchObject({ key: `log/${mode}`, bytes: text.length });
        expect(Math.abs(facts!.modifiedMs - Date.now())).toBeLessThan(600_000);
      }
    }
  });

  it("lets one of several make an object, and nobody change it afterwards", async () => {
    const tables = await open(6);
    for (let round = 0; round < 5; round++) {
      const key = `_delta_log/${round}.json`;
      const won = await Promise.all(
        tables.map(({ storage }, n) => storage.putIfAbsent(key, bytesOf(`writer ${n} `.repeat(1000)))),
      );
      expect(won.filter(Boolean).length).toBe(1);
      const content = bytesOf(`writer ${won.indexOf(true)} `.repeat(1000));
      for (const { storage } of tables) {
        expect(await storage.putIfAbsent(key, bytesOf("late"))).toBe(false);
        expect((await storage.read(key))?.equals(content)).toBe(true);
      }
    }
    expect((await listed(tables[0]!.storage.list(""))).length).toBe(5);
  });

  it("never shows half of an object that is made or replaced", async () => {
    const [here, there] = await open(2);
    const [a, b] = ["a".repeat(300_000), "b".repeat(200_000)];
    let isDone = false;
    const write = async () => {
      for (let n = 0; n < 20; n++) await here!.storage.put("x/y", bytesOf(n % 2 ? a : b), "durable");
      isDone = true;
    };
    const read = async () => {
      while (!isDone) {
        const seen = await there!.storage.read("x/y");
        expect(seen === undefined || [a, b].includes(String(seen))).toBe(true);
      }
    };
    await Promise.all([write(), read(), read()]);
  });

  it("reads any range as of the whole", async () => {
    const [table] = await open(1);
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_unused, n) => n % 256));
    await table!.storage.put("f", bytes, "durable");
    const range = fc.tuple(fc.nat(1100), fc.nat(1100));
    await fc.assert(
      fc.asyncProperty(range, async ([offset, length]) => {
        const found = await table!.storage.readRange("f", offset, length);
        expect(found?.equals(bytes.subarray(offset, offset + length))).toBe(true);
      }),
      { numRuns: runs(30, 10) },
    );
  });

  it("names and lists what is there, and nothing else, whatever it is called", async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.nat(), async (all, seed) => {
        const [here, there] = await open(2);
        for (const key of all) await here!.storage.put(key, bytesOf(key), "durable");
        const doomed = all.filter((_key, n) => (seed + n) % 4 === 0);
        await there!.storage.remove([...doomed, "never/there"]);
        const left = all.filter((key) => !doomed.includes(key));
        const { storage } = there!;
        const found = await listed(storage.list(""));
        expect(found.map(({ key, bytes }) => [key, bytes])).toEqual(
          left.map((key) => [key, Buffer.byteLength(key)]),
        );
        const wanted = await listed(storage.list("", (part) => !part.startsWith("_")));
        expect(wanted.map(({ key }) => key)).toEqual(left.filter((key) => !/(^|\/)_/.test(key)));
        for (const prefix of ["_delta_log/", "date=2026-11-21/", "é/"]) {
          const below = left.filter((key) => key.startsWith(prefix));
          expect((await listed(storage.list(prefix))).map(({ key }) => key)).toEqual(below);
          const names = new Set(below.map((key) => key.slice(prefix.length).split("/")[0]));
          // Folders of what was removed may be left.
          const seen = (await storage.names(prefix)).filter((name) => names.has(name) || /\./.test(name));
          expect(seen.sort()).toEqual([...names].sort());
        }
        for (const key of doomed) expect(await storage.read(key)).toBeUndefined();
      }),
      { numRuns: runs(12, 4) },
    );
  });

  it("publishes a file, which any machine can have as a file then", async () => {
    const [here, there] = await open(2);
    const key = "date=2026-11-21/service=a%2Fb/part-1.parquet";
    for (const text of ["data", "of another try", "x"]) {
      const path = join(here!.directory, "_work", "draft");
      mkdirSync(join(here!.directory, "_work"), { recursive: true });
      writeFileSync(path, text);
      await here!.storage.publish(path, key);
      expect(existsSync(path)).toBe(false);
      expect(readFileSync(here!.storage.localPath(key), "utf8")).toBe(text);
      expect(String(await there!.storage.read(key))).toBe(text);
      await there!.storage.fetch([key]);
      expect(there!.storage.localPath(key)).toBe(join(there!.directory, key));
      expect(readFileSync(join(there!.directory, key), "utf8")).toBe(text);
    }
    await here!.storage.remove([key]);
    expect(existsSync(here!.storage.localPath(key))).toBe(false);
    expect(await there!.storage.facts(key)).toBeUndefined();
  });

  it("says so when a file is wanted that is not there", async () => {
    const [table] = await open(1);
    const { storage } = table!;
    await storage.put("there", bytesOf("1"), "durable");
    const fetched = storage.fetch(["there", "date=1/part-2.parquet"]);
    if (storage.hasFiles) await fetched;
    else
      await expect(fetched).rejects.toMatchObject({
        code: "ENOENT",
        path: storage.localPath("date=1/part-2.parquet"),
      });
  });
});
