/** The golden cases under test/commands, and the two ways to run one. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CaseFile, parseCase, sectionOf, withSection } from "../support/case-file.js";
import { dispatchInside } from "../support/in-process.js";
import { ROOT, shell, temporaryDirectory } from "../support/logpipe.js";

const HERE = join(ROOT, "test/commands");

export interface GoldenCase {
  /** Below test/commands. */
  readonly path: string;
  readonly text: string;
  readonly file: CaseFile;
  /** What stands behind `logpipe`; undefined for a shell pipeline, which has no in-process form. */
  readonly words: readonly string[] | undefined;
}

export function goldenCases(): GoldenCase[] {
  const paths = readdirSync(HERE, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".case"),
  );
  return paths.sort().map((path) => {
    const text = readFileSync(join(HERE, path), "utf8");
    const file = parseCase(text);
    return { path, text, file, words: simpleWords(sectionOf(file, "run").toString().trim()) };
  });
}

/** The case with what bin/logpipe printed. */
export async function runProgram(file: CaseFile): Promise<CaseFile> {
  const directory = lay(file);
  const ran = await shell(sectionOf(file, "run").toString().trim(), {
    cwd: directory,
    stdin: sectionOf(file, "stdin"),
  });
  return resultOf(file, directory, ran.stdoutBytes, Buffer.from(ran.stderr), ran.code ?? -1);
}

/** The case with what the command printed in this process. */
export async function runInside(file: CaseFile, words: readonly string[]): Promise<CaseFile> {
  const directory = lay(file);
  const ran = await dispatchInside([...words], directory, sectionOf(file, "stdin"));
  return resultOf(file, directory, ran.stdout, ran.stderr, ran.code);
}

export function write({ path }: GoldenCase, result: string): void {
  writeFileSync(join(HERE, path), result);
}

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
