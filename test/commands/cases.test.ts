/** Runs every golden case under test/commands. `UPDATE=1 npm test` rewrites them; a person reads the diff. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CaseFile, parseCase, printCase, sectionOf, withSection } from "../support/case-file.js";
import { dispatchInside } from "../support/in-process.js";
import { ROOT, shell, temporaryDirectory } from "../support/logpipe.js";

const HERE = join(ROOT, "test/commands");
const paths = readdirSync(HERE, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".case"),
);

describe.each(paths.sort())("%s", (path) => {
  const text = readFileSync(join(HERE, path), "utf8");
  const file = parseCase(text);

  it.skipIf(process.env["UPDATE"] === "1")("is written in the one layout, and says why it exists", () => {
    expect(printCase(file)).toBe(text);
    expect(file.heading).not.toBe("");
  });

  it("holds through bin/logpipe", async () => {
    const directory = lay(file);
    const ran = await shell(sectionOf(file, "run").toString().trim(), {
      cwd: directory,
      stdin: sectionOf(file, "stdin"),
    });
    const result = resultOf(file, directory, ran.stdoutBytes, Buffer.from(ran.stderr), ran.code ?? -1);
    if (process.env["UPDATE"] === "1") writeFileSync(join(HERE, path), printCase(result));
    else expect(printCase(result)).toBe(printCase(file));
  });

  const words = simpleWords(sectionOf(file, "run").toString().trim());
  // A case that is a shell pipeline has no in-process form.
  if (words === undefined || process.env["UPDATE"] === "1") return;
  it("holds in process", async () => {
    const directory = lay(file);
    const ran = await dispatchInside(words, directory, sectionOf(file, "stdin"));
    expect(printCase(resultOf(file, directory, ran.stdout, ran.stderr, ran.code))).toBe(printCase(file));
  });
});

/** A directory with the files of the case. */
function lay(file: CaseFile): string {
  const directory = temporaryDirectory();
  for (const { name, content } of file.sections) {
    if (!name.startsWith("file ")) continue;
    const path = join(directory, name.slice("file ".length));
    mkdirSync(dirname(path), { recursive: true });
    // Some are keys, which are for their owner alone.
    writeFileSync(path, content, { mode: 0o600 });
  }
  return directory;
}

function resultOf(file: CaseFile, directory: string, stdout: Buffer, stderr: Buffer, code: number): CaseFile {
  const plain = (bytes: Buffer) =>
    Buffer.from(bytes.toString("latin1").replaceAll(directory, "$DIR"), "latin1");
  const exit = code === 0 ? Buffer.alloc(0) : Buffer.from(`${code}\n`);
  const printed = withSection(withSection(file, "stdout", plain(stdout)), "stderr", plain(stderr));
  return withSection(printed, "exit", exit);
}

/** The words after `logpipe` of a line that needs no shell but for single quotes. */
function simpleWords(line: string): string[] | undefined {
  if (!line.startsWith("logpipe ") || /[$`"\\<>&;~*?\n]/.test(line)) return undefined;
  const parts = line.slice("logpipe ".length).match(/'[^']*'|[^\s']+/g) ?? [];
  const isBare = parts.every((part) => part.startsWith("'") || !/[|(){}]/.test(part));
  return isBare ? parts.map((part) => part.replace(/^'|'$/g, "")) : undefined;
}
