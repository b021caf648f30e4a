/**
 * docs/node.md, as its reader would have it: the package packed and installed in a fresh directory, the programs of the
 * page compiled against its types by the strictest rules, and run one after the other.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, shell } from "../support/logpipe.js";

interface Program {
  readonly name: string;
  readonly text: string;
  readonly kind: "ts" | "console";
  readonly printed: string | undefined;
}

const directory = mkdtempSync(join(tmpdir(), "logpipe-page-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const programs = programsOf(readFileSync(join(ROOT, "docs/node.md"), "utf8"));

function programsOf(page: string): Program[] {
  const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind, text]) => ({
    kind,
    text: text!,
  }));
  return blocks.flatMap(({ kind, text }, at) => {
    if (kind !== "ts" && kind !== "console") return [];
    const after = blocks[at + 1];
    const printed = after?.kind === "text" ? after.text : undefined;
    return [{ name: `block-${at}`, text, kind, printed }];
  });
}

/** As `npm install` of the packed package: its files alone, and what they depend on. */
async function install(): Promise<void> {
  const packed = await shell(`npm pack --silent --ignore-scripts --pack-destination ${directory}`, {
    cwd: ROOT,
  });
  expect(packed.code, packed.stderr).toBe(0);
  const unpacked = await shell(`tar xzf *.tgz && mkdir node_modules && mv package node_modules/logpipe`, {
    cwd: directory,
  });
  expect(unpacked.code, unpacked.stderr).toBe(0);
  const own = join(ROOT, "node_modules");
  for (const name of readdirSync(own)) {
    if (name.startsWith(".")) continue;
    symlinkSync(join(own, name), join(directory, "node_modules", name));
  }
  symlinkSync(join(ROOT, "fixtures"), join(directory, "fixtures"));
  writeFileSync(join(directory, "package.json"), '{"type":"module"}');
  mkdirSync(join(directory, "src"));
  for (const { name, text, kind } of programs)
    if (kind === "ts") writeFileSync(join(directory, "src", `${name}.ts`), `${text}export {};\n`);
  const compilerOptions = {
    ...{ target: "es2022", module: "nodenext", strict: true, exactOptionalPropertyTypes: true },
    ...{
      noUncheckedIndexedAccess: true,
      skipLibCheck: true,
      types: ["node"],
      lib: ["esnext"],
      outDir: "out",
      rootDir: "src",
    },
  };
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
}

beforeAll(install);

describe("docs/node.md", () => {
  it("is compiled with the types of the package", async () => {
    const ran = await shell(`${join(ROOT, "node_modules/.bin/tsc")} -p .`, { cwd: directory });
    expect(ran.stdout + ran.stderr).toBe("");
  });

  it.each(programs)("$name", async ({ name, text, kind, printed }) => {
    const line = kind === "ts" ? `node out/${name}.js` : text.split("\n")[0]!.slice(2);
    const ran = await shell(line, { cwd: directory });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const expected = kind === "ts" ? printed : text.split("\n").slice(1).join("\n");
    if (expected !== undefined) expect(ran.stdout).toBe(expected);
  });
});

describe("the package", () => {
  it("has options whose kinds and names the compiler checks, and none that it refuses at run time", async () => {
    const wrong = [
      'parse({ formatt: "x" });',
      "dedupe({ within: true });",
      'sink("./store", { to: "nowhere" });',
      "filter(5);",
      'pipeline(files("x"), parse()).run({ workerz: 1 });',
    ];
    const imports = 'import { dedupe, files, filter, parse, pipeline, sink } from "logpipe";\n';
    for (const [n, line] of wrong.entries())
      writeFileSync(join(directory, "src", `wrong-${n}.ts`), `${imports}void ${line}\n`);
    const ran = await shell(`${join(ROOT, "node_modules/.bin/tsc")} -p . --noEmit`, { cwd: directory });
    for (const [n] of wrong.entries()) {
      expect(ran.stdout).toContain(`src/wrong-${n}.ts(2,`);
      rmSync(join(directory, "src", `wrong-${n}.ts`));
    }
  });

  it("stores what a program has written to a stream that it forgets, and lets the program end", async () => {
    const program = `import { parse, pipeline, sink } from "logpipe";
      const stream = pipeline(parse(), sink("./forgotten")).stream();
      for (let n = 0; n < 1000; n++) stream.write(JSON.stringify({ n }) + "\\n");`;
    writeFileSync(join(directory, "forgets.mjs"), program);
    expect(await shell("node forgets.mjs", { cwd: directory })).toMatchObject({ code: 0, stderr: "" });
    const asked = await shell('logpipe query --store forgotten "SELECT sum(n)::INT AS n FROM logs"', {
      cwd: directory,
    });
    expect(asked.stdout).toBe('{"n":499500}\n');
  });

  it("is imported, and required where Node can", async () => {
    const imported = await shell(`node -e 'import("logpipe").then((m) => console.log(typeof m.parse))'`, {
      cwd: directory,
    });
    expect(imported.stdout).toBe("function\n");
    if (!process.features.require_module) return;
    const required = await shell(`node --no-warnings -e 'console.log(typeof require("logpipe").parse)'`, {
      cwd: directory,
    });
    expect(required).toMatchObject({ stdout: "function\n", stderr: "" });
  });
});
