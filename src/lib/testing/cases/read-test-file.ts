/** The files of `logpipe test`: a pipeline with `tests:` in it, and `NAME.test.yaml` beside `NAME.yaml`. */
import { existsSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { readTestText } from "./read-cases.js";
import { checkKeys, readTree, type YamlPart } from "./tree.js";

export interface TestFile {
  /** As it was named. */
  readonly path: string;
  readonly text: string;
  /** The list of cases. */
  readonly cases: YamlPart;
  readonly at: YamlPart | undefined;
  /** What `${NAME}` in the pipeline is, whatever the environment says. */
  readonly env: Readonly<Record<string, string>>;
  /** At least one. */
  readonly pipelines: readonly PipelineUnderTest[];
}

/** A pipeline file, or a quoted pipeline that stands in the file of tests. */
export type PipelineUnderTest =
  | { readonly path: string }
  | { readonly quoted: string; readonly part: YamlPart };

const OF_FILE = ["pipeline", "env", "at", "tests"];
const OF_TESTS = ["env", "at", "cases"];
const TEST_FILE = /\.test\.ya?ml$/i;
const YAML = /\.ya?ml$/i;

/**
 * The files of tests that the operand stands for: itself, and for a pipeline the file beside it. None: it has no tests.
 * Throws usage.unreadable and usage.file.
 */
export function testFilesOf(operand: string, cwd: string): TestFile[] {
  const text = readTestText(operand, cwd);
  const root = readTree(text, operand);
  if (TEST_FILE.test(operand)) return [fileBeside(operand, text, root, cwd)];
  const tests = root.get("tests");
  const own = tests === undefined ? [] : [fileWithin(operand, text, tests)];
  const beside = besideOf(operand).filter((path) => existsSync(resolve(cwd, path)));
  return [...own, ...beside.flatMap((path) => testFilesOf(path, cwd))];
}

function besideOf(path: string): string[] {
  return ["yaml", "yml"]
    .map((extension) => path.replace(YAML, `.test.${extension}`))
    .filter((one) => one !== path);
}

function fileWithin(path: string, text: string, tests: YamlPart): TestFile {
  const pipelines = [{ path }];
  if (tests.kind === "list") return { path, text, cases: tests, at: undefined, env: {}, pipelines };
  checkKeys(tests, OF_TESTS);
  const cases = tests.get("cases");
  if (cases === undefined) throw tests.fault("there are no cases", { hint: "write them below cases:" });
  return { path, text, cases, at: tests.get("at"), env: environmentOf(tests.get("env")), pipelines };
}

function fileBeside(path: string, text: string, root: YamlPart, cwd: string): TestFile {
  checkKeys(root, OF_FILE);
  const cases = root.get("tests");
  if (cases === undefined || cases.kind === "nothing")
    throw root.fault("there are no tests", { hint: "write them below tests:" });
  const named = root.get("pipeline");
  const pipelines = named === undefined ? [{ path: pipelineOf(path, root, cwd) }] : pipelinesOf(named, path);
  return { path, text, cases, at: root.get("at"), env: environmentOf(root.get("env")), pipelines };
}

function pipelineOf(path: string, root: YamlPart, cwd: string): string {
  const names = ["yaml", "yml"].map((extension) => path.replace(TEST_FILE, `.${extension}`));
  const found = names.find((name) => existsSync(resolve(cwd, name)));
  if (found === undefined)
    throw root.fault(`there is no ${names[0]} beside it`, {
      hint: "name what is tested: pipeline: FILE.yaml",
    });
  return found;
}

/** Paths start from the directory of the file. */
function pipelinesOf(named: YamlPart, path: string): PipelineUnderTest[] {
  const parts = named.kind === "list" ? named.items() : [named];
  if (parts.length === 0) throw named.fault("no pipeline is named");
  return parts.map((part) => {
    const text = part.text();
    return YAML.test(text) && !/[\s|]/.test(text.trim())
      ? { path: normalize(text.startsWith("/") ? text : join(dirname(path), text)) }
      : { quoted: text, part };
  });
}

function environmentOf(part: YamlPart | undefined): Record<string, string> {
  if (part === undefined) return {};
  return Object.fromEntries(
    part.entries().map(({ key, value }) => [key, value.kind === "nothing" ? "" : value.text()]),
  );
}
