/**
 * The promise of `redact`: whatever stands in the pipeline before or behind it, and whatever is wrong with a line, no
 * file that the run writes and nothing that it prints has a secret in it. Through the built command, with every stage.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import redact from "../../src/commands/stages/redact.js";
import { lines, pipeline, use } from "../../src/index.js";
import { logpipe, shell, temporaryDirectory } from "../support/logpipe.js";
import { events, linesOf, long, puzzles, SECRETS, texts } from "./shapes.js";

/** A use of every stage, which may stand before or behind `redact`. */
const STAGES: Readonly<Record<string, string>> = {
  filter: "filter 'n != 1'",
  sample: "sample --one-in 2",
  throttle: "throttle 2/s --by message --on-limit drop",
  dedupe: "dedupe --by message",
  sort: "sort",
  enrich: "enrich --set k=message --cast n=string",
  redact: "redact --detect email",
  window: "window 1s --by message --agg count --timestamp",
  patterns: "patterns",
  stats: "stats 'count, first(message), topk(message) by message'",
  top: "top message",
  histogram: "histogram --by message",
  detect: "detect",
  parse: "parse",
};

/** These make events of lines of any text. */
const TAKE_TEXT = ["parse", "patterns"];
const TEXT_MODES = ["redact", "redact --fail-closed", "redact --explain", "redact --action drop"];
const INPUT = "..input";

/** Files below `directory` with a secret in them, as it is or behind base64. */
function leaksBelow(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return names.flatMap((name) => {
    const path = join(directory, name);
    if (name === INPUT || !statSync(path).isFile()) return [];
    return secretsIn(readFileSync(path)).map((secret) => `${name}: ${secret}`);
  });
}

function secretsIn(bytes: Buffer): string[] {
  const decoded = [...bytes.toString("latin1").matchAll(/"(?:raw_base64|held)":"([^"]*)"/g)].map(([, text]) =>
    Buffer.from(text!, "base64"),
  );
  return SECRETS.filter((secret) => [bytes, ...decoded].some((one) => one.includes(secret)));
}

/** Runs the pipeline over the lines and looks for secrets in all that it left and printed. */
async function leaksOf(pipeline: string, input: Buffer, more: readonly string[] = []): Promise<string[]> {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, INPUT), input);
  const ran = await logpipe(["run", ...more, pipeline], { cwd, env: { TMPDIR: join(cwd, "tmp") } });
  expect(ran.code, `${pipeline}: ${ran.stderr}`).toBeLessThan(2);
  const printed = secretsIn(Buffer.concat([ran.stdoutBytes, Buffer.from(ran.stderr)]));
  return [...printed.map((secret) => `printed: ${secret}`), ...leaksBelow(cwd)];
}

const ALL = linesOf(events, texts, puzzles, [long], events);
/** Behind `parse` all text is an event, whose texts are looked through as texts. */
const FOR_PARSE = linesOf(events, texts, [puzzles[0]!, long], events);
const LIMITED = `ingest --max-line-size 4KiB ${INPUT}`;

describe("no secret comes out", () => {
  it("every stage is tried", async () => {
    const { registry } = await import("../../src/commands/registry.js");
    const all = await Promise.all(registry.names.map((name) => registry.load(name)));
    const stages = all.flatMap((one) => (one?.kind === "stage" ? [one.name] : []));
    expect(Object.keys(STAGES).sort()).toEqual(stages.sort());
  });

  it.each(TEXT_MODES)("with `%s` alone, of lines of every shape", { timeout: 300_000 }, async (redact) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, INPUT), ALL);
    const ran = await shell(`logpipe ${redact} --stats < ${INPUT} > out 2> err`, { cwd });
    expect([ran.code, leaksBelow(cwd)]).toEqual([0, []]);
  });

  it.each(Object.entries(STAGES))(
    "with %s before it, behind it, and into a store",
    { timeout: 300_000 },
    async (name, stage) => {
      const input = TAKE_TEXT.includes(name) ? FOR_PARSE : ALL;
      // Raw lines become events in front of them, unless they are read as they come.
      const source = name === "parse" ? `${LIMITED} | ` : "";
      for (const pipeline of [`${stage} | redact`, `redact | ${stage}`, `${stage} | redact | sink ./s`]) {
        const whole = source === "" ? `${pipeline}` : `${source}${pipeline}`;
        const cwd = temporaryDirectory();
        writeFileSync(join(cwd, INPUT), input);
        const ran = await shell(
          `logpipe run "$P" --stats ${pipeline.includes("sink") ? "" : "-o out"} < ${INPUT} > printed 2> err || [ $? -lt 2 ]`,
          {
            cwd,
            env: { P: whole, TMPDIR: join(cwd, "tmp") },
          },
        );
        expect([whole, ran.code, leaksBelow(cwd)]).toEqual([whole, 0, []]);
        if (!pipeline.includes("sink")) continue;
        const asked = await logpipe(["query", "--store", "s", "FROM logs"], { cwd });
        expect(secretsIn(asked.stdoutBytes)).toEqual([]);
      }
    },
  );

  it.each([
    [`${LIMITED} | filter true | redact`, FOR_PARSE],
    [`${LIMITED} | parse | redact | sink ./s`, FOR_PARSE],
    [`${LIMITED} | parse --keep-raw | filter true | redact --fail-closed | sink ./s`, FOR_PARSE],
    [`ingest --checkpoint cp --max-line-size 4KiB ${INPUT} | parse | redact | sink ./s`, FOR_PARSE],
    [`redact --detect email | filter 'n > 2' | redact | window 1s --agg count`, FOR_PARSE],
  ])("of `%s`", { timeout: 300_000 }, async (pipeline, input) => {
    const isFromStdin = !pipeline.startsWith("ingest");
    const run = isFromStdin ? `${LIMITED} | parse | ${pipeline}` : pipeline;
    expect(await leaksOf(run, input)).toEqual([]);
    expect(await leaksOf(run, input, ["--dead-letters", "dead"])).toEqual([]);
  });

  it("in worker threads", { timeout: 300_000 }, async () => {
    const padding = Array.from({ length: 2000 }, (_, n) =>
      Buffer.from(`{"n":${n},"m":"${"x".repeat(2000)}"}`),
    );
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, INPUT), linesOf(padding, events, texts, puzzles, padding, puzzles));
    const ran = await shell(
      `logpipe run --workers 2 --stats 'filter "n != 1" | redact' < ${INPUT} > out 2> err`,
      { cwd },
    );
    expect([ran.code, leaksBelow(cwd)]).toEqual([0, []]);
    expect(readFileSync(join(cwd, "err"), "utf8")).toContain("2 workers");
  });

  it("when the run is strict, whichever line is the first", { timeout: 300_000 }, async () => {
    for (const line of [...texts.slice(0, 2), ...puzzles.slice(0, 4), puzzles.at(-1)!, long]) {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, INPUT), linesOf([line]));
      for (const pipeline of ["filter true | redact", "redact"]) {
        const ran = await shell(`logpipe run --strict '${pipeline}' < ${INPUT} > out 2> err`, { cwd });
        expect([pipeline, ran.code === 0 && line !== long, leaksBelow(cwd)]).toEqual([pipeline, false, []]);
      }
    }
  });

  it("from a pipeline of a program", async () => {
    const cwd = temporaryDirectory();
    const dead = join(cwd, "dead");
    const messages: string[] = [];
    const settings = { deadLetters: dead, onMessage: (text: string) => messages.push(text) };
    const seen: string[] = [];
    for await (const event of pipeline(lines([ALL]), use(redact)).events(settings)) seen.push(String(event));
    expect(secretsIn(Buffer.from([...messages, ...seen].join("\n")))).toEqual([]);
    expect(leaksBelow(cwd)).toEqual([]);
    expect(readFileSync(dead, "utf8").split("\n").length).toBeGreaterThan(10);
  });

  it("from a pipeline in a file, and into the quarantine of a store", { timeout: 300_000 }, async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, INPUT), ALL);
    writeFileSync(join(cwd, "p.yaml"), "- filter: 'true'\n- redact:\n- sink: ./s\n");
    const ran = await shell(
      `logpipe run p.yaml < ${INPUT} > out 2> err; logpipe store quarantine show logs --json --store s > shown`,
      { cwd },
    );
    expect([ran.code, leaksBelow(cwd)]).toEqual([0, []]);
    expect(readFileSync(join(cwd, "shown"), "utf8")).toContain('"withheld":{"bytes":');
  });
});
