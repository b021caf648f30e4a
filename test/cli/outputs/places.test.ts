/** Outputs, inputs and options that would quietly have been something else. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { files, lines, parse, pipeline, sink } from "../../../src/index.js";
import { logpipeInside } from "../../support/in-process.js";
import { logpipe, shell, temporaryDirectory } from "../../support/logpipe.js";

const event = '{"timestamp":"2026-11-20T10:00:00Z","a":1}\n';

describe("URLs", () => {
  it.each([
    "sink s3://logs/prod",
    "sink --store=HTTP://127.0.0.1/x",
    "sink --to file -o kafka://broker/topic",
    "filter true -o file:///tmp/x",
    "filter true --dead-letters gs://b/x",
    "run 'filter true | sink azure://container/x'",
    "query 'FROM stdin' -o s3://b/x.parquet",
    "enrich --lookup 's3://b/hosts.csv on a'",
    "enrich --geoip https://example.com/x.mmdb",
    "redact --allow @https://example.com/allow",
    "ingest --follow 's3://b/*.log'",
    "ingest --checkpoint s3://b/x in",
    "run p.yaml",
    "run q.yaml",
  ])("%s", async (line) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "in"), event);
    writeFileSync(join(cwd, "p.yaml"), "- sink: { store: s3://b/x }\n");
    writeFileSync(join(cwd, "q.yaml"), "- ingest: [in, ftp://b/x]\n");
    const before = readdirSync(cwd);
    const ran = await logpipeInside(line, { cwd, stdin: event });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(/cannot be \S+:\/\//);
    expect(readdirSync(cwd)).toEqual(before);
  });

  it("a variable and a settings file", async () => {
    const env = { LOGPIPE_STORE: "s3://b/x" };
    expect(await logpipe(["sink"], { env, stdin: event })).toMatchObject({ code: 2 });
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "c.yaml"), "store: s3://b/x\n");
    const ran = await logpipe(["sink", "--config", "c.yaml"], { cwd, stdin: event });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("c.yaml:1") });
  });

  it("a library's pipeline", async () => {
    const refused = { code: "usage.remote-path" };
    const attempts = [
      async () => pipeline(files("s3://b/x"), parse()).run({ output: "out" }),
      async () => pipeline(lines([event]), sink("s3://b/x")).run(),
      async () => pipeline(lines([event])).run({ output: "s3://b/x" }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(refused);
  });

  it("are printed without what is before the @", async () => {
    const ran = await logpipe(["sink", "s3://me:swordfish@logs/x"]);
    expect(ran.stderr).toContain("s3://***@logs/x");
    expect(ran.stderr).not.toContain("swordfish");
  });

  it("a directory that is really called so can be named; a text with a URL in it is a text", async () => {
    const cwd = temporaryDirectory();
    expect((await logpipe(["sink", "./s3:/x", "-q"], { cwd, stdin: event })).code).toBe(0);
    expect((await logpipe(["query", "SELECT a FROM logs", "--store", "./s3:/x"], { cwd })).stdout).toBe(
      '{"a":1}\n',
    );
    const words = ["filter", '"http://x" != url', "--grep", "https://x"];
    expect((await logpipe(words, { stdin: '{"url":"https://x"}\n' })).code).toBe(0);
  });
});

describe("run gives its files to the source", () => {
  it.each([
    ["run 'ingest --source web' a", '{"source":"web","raw":"1"}\n'],
    ["run 'ingest --source web b' a", '{"source":"web","raw":"2"}\n{"source":"web","raw":"1"}\n'],
    ["run p.yaml a b", '{"source":"x","raw":"1"}\n{"source":"x","raw":"2"}\n'],
  ])("%s", async (line, stdout) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "a"), "1\n");
    writeFileSync(join(cwd, "b"), "2\n");
    writeFileSync(join(cwd, "p.yaml"), "- ingest: { source: x }\n- filter: { where: 'true' }\n");
    expect(await shell(`logpipe ${line} < /dev/null`, { cwd })).toMatchObject({ code: 0, stdout });
  });

  it("merge takes them, too; a table of a store does not", async () => {
    const cwd = temporaryDirectory();
    for (const name of ["a", "b"]) writeFileSync(join(cwd, name), event);
    expect((await shell("logpipe run 'merge' a b", { cwd })).stdout).toBe(event + event);
    await shell("logpipe sink s -q < a", { cwd });
    expect((await shell("logpipe run 'ingest --table logs --store s' a", { cwd })).code).toBe(2);
  });
});

describe("options that would have no effect", () => {
  it.each([
    ["store retention logs --older-than 14d", "store retention set"],
    ["store retention --forever", "store retention set"],
    ["store retention apply logs --older-than 14d", "store retention set"],
    ["store retention unset logs --max-size 1GB", "store retention set"],
    ["store retention set logs --older-than 9d --dry-run", "store retention apply"],
    ["store tiers --older-than 3d", "store tiers set"],
    ["store tiers apply --level 3", "store tiers set"],
    ["store tiers unset cold --older-than 3d", "store tiers set"],
    ["store quarantine --yes", "store quarantine discard"],
    ["store quarantine show logs --with f", "store quarantine replay"],
    ["store quarantine discard logs --json", "store quarantine list"],
    ["store schema logs --table other", "store schema"],
    ["config keys --config x", "config show"],
    ["config trust --json", "config show"],
    ["sink s -o keep", "--to file"],
    ["sink --to stdout --table x", "sink --to stdout"],
    ["sink --to file -o x --partition-by date", "sink --to file"],
    ["run -o keep 'filter true | sink s'", "sink"],
    ["run 'sink s -o keep'", "--to file"],
    ["ingest --store s keep", "--table"],
    ["sample --rate 10% --every 1m", "sample without --throttle"],
    ["filter true -i", "--grep"],
    ["sort --max-events 3", "--buffer"],
    ["patterns --variables", "--annotate"],
    ["patterns --annotate --top 3", "patterns --annotate"],
  ])("%s", async (line, said) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "keep"), "as it was");
    await logpipeInside("sink logpipe-store -q", { cwd, stdin: event });
    const ran = await logpipeInside(line, { cwd, stdin: event });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(/has no use for --/);
    expect(ran.stderr).toContain(said);
    expect(readFileSync(join(cwd, "keep"), "utf8")).toBe("as it was");
  });

  it.each([
    "store retention logs more",
    "store retention aply logs",
    "store tiers show cold",
    "store tiers unset a b",
    "store quarantine replay logs more",
    "sink --to stdout s",
    "config keys more",
  ])("%s", async (line) => {
    const cwd = temporaryDirectory();
    await logpipeInside("sink logpipe-store -q", { cwd, stdin: event });
    expect(await logpipeInside(line, { cwd, stdin: event })).toMatchObject({ code: 2, stdout: "" });
  });

  it("what settings say of them does no harm", async () => {
    const env = { LOGPIPE_SINK_TABLE: "other", LOGPIPE_INGEST_FROM: "end", LOGPIPE_SINK_OUTPUT: "keep" };
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "keep"), event);
    expect(await logpipe(["sink", "--to", "stdout"], { cwd, env, stdin: event })).toMatchObject({ code: 0 });
    expect((await logpipe(["ingest", "keep"], { cwd, env })).code).toBe(0);
    expect((await logpipe(["sink", "s", "-q"], { cwd, env, stdin: event })).code).toBe(0);
    expect(readFileSync(join(cwd, "keep"), "utf8")).toBe(event);
  });
});

describe("messages hold nothing that a terminal obeys", () => {
  const evil = "no\u001b]0;title\u0007\r\u009bsuch\u202e";
  it.each([
    ["parse", evil],
    ["ingest", "--follow", "--checkpoint", evil],
    ["filter", `a == ${evil}`],
    ["filter", "true", "--tz", evil],
    ["query", `SELECT ${evil}`],
    ["query", "FROM x", evil],
    ["run", evil],
    ["run", `filter true | ${evil}`],
    ["store", "info", "--store", evil],
    ["sink", `s3://${evil}`],
    ["sort", "--tmp", evil, "nowhere"],
    ["redact", "--pattern", `a=${evil}(`],
    ["enrich", "--lookup", `${evil} on a`],
    [evil],
    ["help", evil],
    ["filter", `--${evil}`],
    ["config", "show", "--config", evil],
  ])("%j", async (...words) => {
    const ran = await logpipe(words, { stdin: event });
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it("a settings file, a pipeline file, and a name over two lines", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "c.yaml"), 'store: "\\e[31m": x\n');
    writeFileSync(join(cwd, "p.yaml"), '- "\\e[31mx"\n');
    for (const words of [
      ["sink", "--config", "c.yaml"],
      ["run", "p.yaml"],
    ]) {
      const ran = await logpipe(words, { cwd });
      expect(ran.code).toBe(2);
      expect(ran.stderr).not.toContain("\u001b");
    }
    const ran = await logpipe(["parse", "x\nlogpipe: all is well"], { cwd });
    expect(ran.stderr).not.toMatch(/^logpipe: all is well/m);
  });
});

describe("what was meant for a shell, or is empty", () => {
  it.each([
    "sink '$HOME/logs'",
    `sink '$${"{STORE_DIR}"}/x'`,
    `sink /tmp/'$${"{A}"}'/x`,
    "sink '~/logs'",
    "sink '~nobody/logs'",
    "sink 'logs-$HOSTNAME'",
    "sink '$(hostname)'",
    "sink ''",
    "sink ' '",
    "sink --store ''",
    "sink --store='~/x'",
    "filter true -o ''",
    "filter true -o '~/out.ndjson'",
    "filter true --dead-letters ''",
    "filter true --dead-letters '$HOME/dead'",
    "sink --to file -o ''",
    "run 'filter true | sink ~/logs'",
    "run 'filter true | sink $HOME/logs'",
    "run 'filter true | sink \"\"'",
    "run p.yaml",
    "run q.yaml",
    "query 'FROM stdin' -o ''",
    "query 'FROM logs' --store ''",
    "ingest --checkpoint '' in",
    "ingest --checkpoint '~/cp' in",
    "ingest ''",
    "ingest --follow '$LOGS/*.log'",
    "parse ''",
    "enrich --lookup '~/hosts.csv on a'",
    "sort --tmp '' --by a",
    "store info --store ''",
    "sink --config c.yaml",
    "sink --config d.yaml",
    "sink --config e.yaml",
    "filter true --config f.yaml",
  ])("%s", async (line) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "in"), event);
    writeFileSync(join(cwd, "p.yaml"), "- sink: { store: $HOME/x }\n");
    writeFileSync(join(cwd, "q.yaml"), "- sink: ~/x\n");
    writeFileSync(join(cwd, "c.yaml"), "store: $" + "{STORE_DIR}/x\n");
    writeFileSync(join(cwd, "d.yaml"), 'store: ""\n');
    writeFileSync(join(cwd, "e.yaml"), "store: ~/logs\n");
    writeFileSync(join(cwd, "f.yaml"), "deadLetters: $HOME/dead\n");
    const before = readdirSync(cwd);
    const ran = await logpipeInside(line, { cwd, stdin: event });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(/is empty|which only a shell replaces/);
    expect(readdirSync(cwd)).toEqual(before);
  });

  it("an empty variable is none", async () => {
    const cwd = temporaryDirectory();
    expect(await logpipe(["sink"], { cwd, env: { LOGPIPE_STORE: "" }, stdin: event })).toMatchObject({
      code: 0,
    });
    expect(readdirSync(cwd)).toEqual(["logpipe-store"]);
    const asked = await logpipe(["query", "SELECT a FROM logs"], { cwd, env: { LOGPIPE_STORE: "" } });
    expect(asked).toMatchObject({ code: 0, stdout: '{"a":1}\n' });
  });

  it("a variable that says ~ or another variable", async () => {
    for (const store of ["~/logs", "$HOME/logs"]) {
      const cwd = temporaryDirectory();
      expect(await logpipe(["sink"], { cwd, env: { LOGPIPE_STORE: store }, stdin: event })).toMatchObject({
        code: 2,
      });
      expect(readdirSync(cwd)).toEqual([]);
    }
  });

  it("nothing of a pipeline's text but its names of files is looked at", async () => {
    const ran = await logpipe(["run", `filter 'a != "~/$x"' | filter 'a != "$HOME"'`], { stdin: event });
    expect(ran).toMatchObject({ code: 0, stdout: event });
  });

  it("says what to write instead", async () => {
    const ran = await logpipe(["sink", "~/logs"], { env: { HOME: "/home/ada" }, stdin: event });
    expect(ran.stderr).toContain("write /home/ada/logs");
    expect(() => sink("$HOME/x")).toThrow(expect.objectContaining({ code: "usage.no-path" }));
  });

  it("names that really have such a thing in them can be given", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "app$one.ndjson"), event);
    writeFileSync(join(cwd, "~old.ndjson"), event);
    writeFileSync(join(cwd, "price$"), event);
    for (const name of ["app$one.ndjson", "~old.ndjson", "price$"])
      expect(await logpipe(["filter", "true", name], { cwd })).toMatchObject({ code: 0, stdout: event });
    expect(await logpipe(["sink", "./~/logs", "-q"], { cwd, stdin: event })).toMatchObject({ code: 0 });
    expect(readdirSync(cwd)).toContain("~");
  });
});
