/** The transport of pino: every line of a program is stored, whatever pino is told, or the program is told why not. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { query, type Row } from "../../src/index.js";
import { configOfLevels, PinoLines } from "../../src/library/pino-lines.js";
import { ROOT, shell } from "../support/logpipe.js";

const directory = mkdtempSync(join(tmpdir(), "logpipe-pino-"));
afterAll(() => rmSync(directory, { recursive: true }));
beforeAll(() => {
  mkdirSync(join(directory, "node_modules"));
  symlinkSync(ROOT, join(directory, "node_modules/logpipe"));
  symlinkSync(join(ROOT, "node_modules/pino"), join(directory, "node_modules/pino"));
});

let number = 0;

/** Runs a program that logs to `options`, which is source text. */
async function run(program: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const name = `${number++}.mjs`;
  writeFileSync(join(directory, name), `import pino from "pino";\n${program}`);
  return shell(`timeout 60 node ${name}`, { cwd: directory });
}

async function stored(store: string): Promise<Row[]> {
  return query("SELECT level, message FROM logs ORDER BY timestamp, message", {
    store: join(directory, store),
  }).all();
}

const target = (store: string, more = "") =>
  `{ target: "logpipe/pino", options: { store: "${store}"${more} } }`;

describe("logpipe/pino", () => {
  it("stores levels of the logger's own by their names, and its own key of messages as message", async () => {
    const ran = await run(`
      const log = pino({ customLevels: { audit: 35 }, messageKey: "text", transport: ${target("named")} });
      log.audit("a"); log.info({ n: 1 }, "b \\u2028 \\ud83d\\ude00"); log.error(new Error("c"));`);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(await stored("named")).toEqual([
      { level: "audit", message: "a" },
      { level: "info", message: "b \u2028 😀" },
      { level: "error", message: "c" },
    ]);
  });

  it("knows them beside other targets, and of a logger that is made late", async () => {
    const ran = await run(`
      const transport = pino.transport({
        targets: [${target("late")}, { target: "pino/file", options: { destination: "./file" } }],
        levels: { audit: 35 },
      });
      transport.on("ready", () => {
        const log = pino({ customLevels: { audit: 35 }, messageKey: "text" }, transport);
        log.audit("a");
        log.info("b");
      });`);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(await stored("late")).toEqual([
      { level: "audit", message: "a" },
      { level: "info", message: "b" },
    ]);
  });

  it("goes on with an option that it does not know, and says so once", async () => {
    const more = `, stroe: "x", colour: true`;
    const ran = await run(
      `const log = pino({ transport: ${target("spare", more)} }); log.info("a"); log.info("b");`,
    );
    expect(ran.code).toBe(0);
    expect(ran.stderr.split("\n").filter((line) => line.includes("no option"))).toEqual([
      'logpipe: logpipe/pino has no option "stroe", which has no effect; did you mean "store"?',
      'logpipe: logpipe/pino has no option "colour", which has no effect',
    ]);
    expect(await stored("spare")).toHaveLength(2);
  });

  it.each([
    "process.exit(0);",
    "setTimeout(() => process.exit(0), 100);",
    "transport.on('ready', () => process.exit(0));",
    "",
  ])("says at once that a store cannot be written, and keeps every line of one that can: %s", async (end) => {
    const program = (store: string) => `
        const transport = pino.transport(${target(store)});
        transport.on("error", () => {});
        const log = pino({}, transport);
        for (let n = 0; n < 50; n++) log.info("line");
        ${end}`;
    const bad = await run(program("/dev/null/store"));
    expect(bad.stderr.split("nothing of what the program logs is stored")).toHaveLength(2);
    expect(bad.stderr).toContain("cannot write to the store /dev/null/store/logs");
    const store = `kept-${number}`;
    expect(await run(program(store))).toMatchObject({ code: 0, stderr: "" });
    expect(await stored(store)).toHaveLength(50);
  });

  it("is an error of the program where nobody listens to the transport's", async () => {
    const ran = await run(`const log = pino({ transport: ${target("/dev/null/store")} }); log.info("a");`);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain("cannot write to the store");
  });
});

describe("lines of pino", () => {
  const config = { ...configOfLevels({ audit: 35, odd: 10.5, 'q"': 7 }).config, messageKey: "text" };
  const given = [
    '{"level":35,"text":"a"}',
    '{"level":10.5,"n":1,"text":"ü"}',
    '{"level":7}',
    '{"level":30,"a":{"text":1},"text":"x"}',
    '{"level":30,"msg":"own","text":"x"}',
    "{broken text",
    "",
    '{"x":{"level":35}}',
  ];
  const changed = [
    '{"level":"audit","message":"a"}',
    '{"level":"odd","n":1,"message":"ü"}',
    '{"level":"q\\""}',
    '{"level":30,"a":{"text":1},"message":"x"}',
    '{"level":30,"msg":"own","text":"x"}',
    "{broken text",
    "",
    '{"x":{"level":35}}',
  ];

  it("are the same wherever they are cut", () => {
    const text = given.join("\n");
    for (let cut = 0; cut <= text.length; cut++) {
      const lines = new PinoLines(config);
      const out = lines.push(text.slice(0, cut)) + lines.push(text.slice(cut)) + lines.end();
      expect(out).toBe(changed.join("\n"));
    }
  });

  it("need nothing where the logger is as pino makes it", () => {
    const levels = configOfLevels({ trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 }).config;
    expect(new PinoLines({ ...levels, messageKey: "msg" }).isPlain).toBe(true);
  });
});
