/** Who may read what the commands write: every kind of file, through the built command. */
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BIN, logpipe, shell, start, temporaryDirectory } from "../support/logpipe.js";

const EVENTS = Array.from(
  { length: 20 },
  (_, n) => `{"timestamp":"2026-11-21T10:00:${10 + n}Z","n":${n}}\n`,
).join("");

/** Everything below that others may read, write or enter, with its mode. */
function openBelow(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return names.flatMap((name) => {
    const found = lstatSync(join(directory, name));
    if (found.isSymbolicLink() || (found.mode & 0o077) === 0) return [];
    return [`${name} ${(found.mode & 0o777).toString(8)}`];
  });
}

const modeOf = (...path: string[]) => (statSync(join(...path)).mode & 0o777).toString(8);

describe.each(["022", "000"])("with umask %s", (umask) => {
  it("dead letters, checkpoints and their directories are for their owner alone", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "in.log"), "one\ntwo\n");
    const lines = [
      "echo 'no event' | logpipe filter true",
      "echo 'no event' | logpipe filter true --dead-letters mine.ndjson",
      "logpipe ingest --checkpoint cp/seen.json in.log > /dev/null",
    ];
    for (const line of lines) {
      const ran = await shell(`umask ${umask}; ${line}`, { cwd });
      expect(ran.code).toBe(0);
    }
    expect(readdirSync(join(cwd, ".state", "logpipe"))).toEqual(["dead-letters.ndjson"]);
    const ours = openBelow(cwd).filter((name) => !name.startsWith("in.log"));
    expect(ours).toEqual([]);
    expect([modeOf(cwd, ".state"), modeOf(cwd, "cp"), modeOf(cwd, "cp", "seen.json")]).toEqual([
      "700",
      "700",
      "600",
    ]);
  });

  it("in a store that only its owner can enter, everything is for its owner alone", async () => {
    const cwd = temporaryDirectory();
    const store = join(cwd, "s");
    mkdirSync(store, { mode: 0o700 });
    writeFileSync(join(cwd, "a.ndjson"), `${EVENTS}no event\n{"n":"text","o":{"a":1}}\n`);
    const lines = [
      "logpipe sink ./s < a.ndjson",
      "logpipe run 'ingest --checkpoint cp a.ndjson | parse | window 1s --agg count --timestamp | sink ./s --table rates'",
      `echo '{"odd":{"a":[1]},"n":1e400}' | logpipe sink ./s`,
      "logpipe compact --store s",
      "logpipe store verify --store s --deep",
    ];
    for (const line of lines) expect((await shell(`umask ${umask}; ${line}`, { cwd })).code, line).toBe(0);
    expect(readdirSync(join(store, "logs")).sort()).toContain("_quarantine");
    expect(openBelow(store)).toEqual([]);
  });

  it("in a store that its group can read, everything is for owner and group", async () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, "s"));
    chmodSync(join(cwd, "s"), 0o750);
    writeFileSync(join(cwd, "a.ndjson"), EVENTS);
    expect(
      (await shell(`umask ${umask}; logpipe sink ./s < a.ndjson; logpipe compact --store s`, { cwd })).code,
    ).toBe(0);
    const names = readdirSync(join(cwd, "s"), { recursive: true, encoding: "utf8" });
    const modes = new Set(names.map((name) => (name.includes("_state") ? "" : modeOf(cwd, "s", name))));
    const wanted = umask === "000" ? ["750", "660", "640"] : ["750", "640"];
    for (const mode of modes) expect(wanted).toContain(mode);
  });

  it("a new store and a new output go by the umask", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "a.ndjson"), EVENTS);
    const line =
      "logpipe sink ./s < a.ndjson; logpipe filter true a.ndjson -o out; logpipe query --store s 'FROM logs' -o rows.csv";
    expect((await shell(`umask ${umask}; ${line}`, { cwd })).code).toBe(0);
    const [file, directory] = umask === "000" ? ["666", "777"] : ["644", "755"];
    expect([modeOf(cwd, "out"), modeOf(cwd, "rows.csv"), modeOf(cwd, "s"), modeOf(cwd, "s", "logs")]).toEqual(
      [file, file, directory, directory],
    );
  });

  it("an output that is there keeps its mode", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "a.ndjson"), EVENTS);
    for (const name of ["out", "rows.csv", "audit", "cp"]) {
      writeFileSync(join(cwd, name), name === "cp" ? '{"version":1,"files":[]}' : "old\n");
      chmodSync(join(cwd, name), 0o640);
    }
    const line =
      "logpipe filter true a.ndjson -o out; logpipe query 'SELECT 1 AS n' -o rows.csv; " +
      "logpipe redact --audit audit a.ndjson > /dev/null; logpipe ingest --checkpoint cp a.ndjson > /dev/null";
    expect((await shell(`umask ${umask}; ${line}`, { cwd })).code).toBe(0);
    for (const name of ["out", "rows.csv", "audit", "cp"]) {
      expect([name, modeOf(cwd, name)]).toEqual([name, "640"]);
      expect(readFileSync(join(cwd, name), "utf8")).not.toBe("old\n");
    }
  });
});

describe("live events", () => {
  it("are copied for their owner alone, and what a killed query leaves goes with the next one", async () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, "tmp"));
    const env = { TMPDIR: join(cwd, "tmp") };
    const sink = start(["bash", "-c", "umask 000; exec logpipe sink ./s -v"], { cwd });
    sink.stdin!.write('{"a":1,"password":"hunter2"}\n');
    const ask = (sql: string) => logpipe(["query", "--store", "s", sql], { cwd, env });
    while ((await ask("SELECT count(*) AS n FROM logs")).stdout !== '{"n":1}\n');
    // Asking what tables there are keeps the copy for as long as the query runs.
    const slow =
      "SELECT count(*) FROM logs l, range(100000000) t(i), range(100) u(j) WHERE hash(l.a + i * j) = 1 -- show";
    const query = start(["bash", "-c", `umask 000; exec ${BIN} query --store s "$1"`, "bash", slow], {
      cwd,
      env,
    });
    const copies = () =>
      readdirSync(join(cwd, "tmp"), { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith(".ndjson"),
      );
    while (copies().length === 0 && query.exitCode === null) await new Promise((go) => setTimeout(go, 20));
    expect(copies()).toHaveLength(1);
    expect(openBelow(join(cwd, "tmp"))).toEqual([]);
    query.kill("SIGKILL");
    await once(query, "close");
    expect(copies()).toHaveLength(1);
    await ask("SELECT 1");
    expect(readdirSync(join(cwd, "tmp"))).toEqual([]);
    sink.stdin!.end();
    await once(sink, "close");
  });
});

describe("a name that somebody may have planted", () => {
  it.each([
    [
      "a checkpoint",
      "logpipe ingest --checkpoint shared/f.json in.log > /dev/null",
      ["f.json.tmp", "f.json.lock"],
    ],
    ["an output", "logpipe filter true a.ndjson -o shared/f", ["f.partial", "f.tmp", ".f.tmp"]],
    ["an audit", "logpipe redact --audit shared/f a.ndjson > /dev/null", ["f.partial", "f.tmp"]],
    ["rows", "logpipe query 'SELECT 1 AS n' -o shared/f.csv", ["f.csv.partial", "f.csv.tmp", ".f.csv.part"]],
    [
      "dead letters",
      "echo bad | logpipe filter true",
      ["state/logpipe/dead-letters.ndjson.lock", "state/logpipe/dead-letters.ndjson"],
    ],
  ])("%s: nothing is written through it", async (_what, line, planted) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "in.log"), "one\n");
    writeFileSync(join(cwd, "a.ndjson"), EVENTS);
    writeFileSync(join(cwd, "victim"), "precious\n");
    mkdirSync(join(cwd, "shared", "state", "logpipe"), { recursive: true });
    for (const name of planted) symlinkSync(join(cwd, "victim"), join(cwd, "shared", name));
    await shell(line, { cwd, env: { XDG_STATE_HOME: join(cwd, "shared", "state") } });
    expect(readFileSync(join(cwd, "victim"), "utf8")).toBe("precious\n");
  });

  it("a link that the user has made for an output stays one", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "a.ndjson"), EVENTS);
    writeFileSync(join(cwd, "target"), "");
    symlinkSync("target", join(cwd, "out"));
    symlinkSync("target", join(cwd, "rows.ndjson"));
    expect((await shell("logpipe filter true a.ndjson -o out", { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, "target"), "utf8")).toBe(EVENTS);
    expect((await shell("logpipe query 'SELECT 1 AS n' -o rows.ndjson", { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, "target"), "utf8")).toBe('{"n":1}\n');
    expect(
      lstatSync(join(cwd, "out")).isSymbolicLink() && lstatSync(join(cwd, "rows.ndjson")).isSymbolicLink(),
    ).toBe(true);
  });
});

describe("a file of keys", () => {
  const keys = "k1 0123456789abcdef0123456789abcdef\n";
  const run = (cwd: string, ...more: string[]) =>
    logpipe(["redact", "--action", "hash", "--key-file", "keys", ...more], {
      cwd,
      stdin: '{"a":"ada@example.com"}\n',
    });

  it.each(["644", "604", "660", "602", "666"])(
    "with mode %s is refused, and how to mend it is said",
    async (mode) => {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, "keys"), keys);
      chmodSync(join(cwd, "keys"), Number.parseInt(mode, 8));
      for (const more of [[], ["--reveal"], ["--explain"]]) {
        const { code, stdout, stderr } = await run(cwd, ...more);
        expect([code, stdout]).toEqual([1, ""]);
        expect(stderr).toBe(
          `logpipe redact: others can get at the keys in keys: its mode is 0${mode}\n` +
            "  chmod 600 keys; new keys, too, if somebody else may have read them\n",
        );
      }
    },
  );

  it.each(["600", "400", "700"])("with mode %s is taken", async (mode) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "keys"), keys);
    chmodSync(join(cwd, "keys"), Number.parseInt(mode, 8));
    expect((await run(cwd)).code).toBe(0);
  });

  it("may be a pipe, and behind a link what counts is the file", async () => {
    const cwd = temporaryDirectory();
    const piped = `echo '{"a":"ada@example.com"}' | logpipe redact --action hash --key-file <(echo '${keys.trim()}')`;
    expect(await shell(piped, { cwd })).toMatchObject({ code: 0 });
    writeFileSync(join(cwd, "real"), keys);
    chmodSync(join(cwd, "real"), 0o600);
    symlinkSync("real", join(cwd, "keys"));
    expect((await run(cwd)).code).toBe(0);
    chmodSync(join(cwd, "real"), 0o644);
    expect((await run(cwd)).code).toBe(1);
  });
});

it("a temporary directory that cannot be made keeps no query from its answer", async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "a.ndjson"), EVENTS);
  for (const place of ["/proc/nothing/tmp", join(cwd, "a.ndjson", "x")]) {
    const ran = await logpipe(["query", "SELECT count(*) AS n FROM 'a.ndjson'"], {
      cwd,
      env: { TMPDIR: place },
    });
    expect(ran).toMatchObject({ code: 0, stdout: '{"n":20}\n' });
  }
  expect(existsSync(join(cwd, "a.ndjson", "x"))).toBe(false);
});
