/**
 * Cases as they are written:
 *
 * ```yaml
 * tests:
 *   - name: slow requests
 *     at: 2026-11-21T10:00:00Z
 *     given: |
 *       {"level":"info","duration_ms":1200}
 *     expect:
 *       severity.slow: [{ level: info, duration_ms: 1200 }]
 *       store: none
 * ```
 */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { failure, reasonOf } from "../../base/errors/index.js";
import { readText, readWhole } from "../../base/local/read-text.js";
import { isoTime } from "../../base/time/iso.js";
import { msOf } from "../../event/time/instant.js";
import { encodeJson } from "../../json/value.js";
import { type GraphNames, knownName } from "./names.js";
import { isExpectation, readWanted } from "./read-wanted.js";
import {
  DEAD_LETTERS,
  DEFAULT_AT,
  type Expectation,
  type GivenInput,
  type TestCase,
  type WantedEvents,
  type WrittenAt,
} from "./test-case.js";
import { checkKeys, type PartEntry, type YamlPart } from "./tree.js";

const OF_CASE = ["name", "at", "given", "expect", "end"];
const CONTENT = ["lines", "events", "file"];
const OF_INPUT = [...CONTENT, "source"];

export interface CaseSettings {
  readonly names: GraphNames;
  /** `at` of the whole file. */
  readonly at: YamlPart | undefined;
  /** The directory that relative paths are looked for in, and then that of the file. */
  readonly cwd: string;
  readonly path: string;
}

/** Throws usage.file with the place of the first fault. */
export function readCases(list: YamlPart, settings: CaseSettings): TestCase[] {
  const cases = list.items().map((item) => readCase(item, settings));
  const seen = new Map<string, TestCase>();
  for (const [n, one] of cases.entries()) {
    const before = seen.get(one.name);
    if (before !== undefined)
      throw list.items()[n]!.fault(`a second test is called "${one.name}"`, {
        hint: `the first stands at ${before.place}: results tell them apart by their names`,
      });
    seen.set(one.name, one);
  }
  return cases;
}

function readCase(part: YamlPart, settings: CaseSettings): TestCase {
  checkKeys(part, OF_CASE);
  const name = part.get("name")?.text().trim() ?? "";
  if (name === "") throw part.fault("the test has no name", { hint: "name: WHAT IT SHOWS" });
  const given = part.get("given");
  if (given === undefined || given.kind === "nothing")
    throw part.fault(`the test "${name}" is given nothing`, {
      hint: "given: lines or events, for the source or for the nodes that it names",
    });
  const expect = part.entries().find(({ key }) => key === "expect");
  return {
    name,
    place: part.place,
    atMs: readTime(part.get("at") ?? settings.at),
    given: readGiven(given, settings),
    expectations: expect === undefined ? [] : readExpectations(expect, settings.names),
    endsInput: readFlag(part.get("end"), true),
    missing: expect === undefined ? behindCase(part) : undefined,
  };
}

function readTime(part: YamlPart | undefined): number {
  if (part === undefined) return Date.parse(DEFAULT_AT);
  const ms = msOf(isoTime(part.text()));
  if (Number.isNaN(ms)) throw part.fault(`"${part.text()}" is no time`, { hint: `at: ${DEFAULT_AT}` });
  return ms;
}

function readFlag(part: YamlPart | undefined, otherwise: boolean): boolean {
  if (part === undefined) return otherwise;
  const value = part.value();
  if (typeof value !== "boolean") throw part.fault("it is true or false");
  return value;
}

/** GraphNames of nodes with what each is given, or that alone, for the only source. */
function readGiven(part: YamlPart, settings: CaseSettings): GivenInput[] {
  const { names } = settings;
  const entries = part.kind === "map" ? part.entries() : [];
  // A node may be called as one of the keys is: a chain's source is `source`.
  const isInput = entries.some(({ key }) => CONTENT.includes(key) && !names.inputs.includes(key));
  if (part.kind === "map" && !isInput)
    return entries.map(({ key, keyPart, value }) =>
      readInput(value, knownName(key, names.inputs, "source or node", keyPart), settings),
    );
  if (names.onlyInput === undefined)
    throw part.fault("the pipeline has several sources, and this names none", {
      hint: `given: { ${names.inputs[0]}: ... }`,
    });
  return [readInput(part, names.onlyInput, settings)];
}

function readInput(part: YamlPart, node: string, settings: CaseSettings): GivenInput {
  if (part.kind !== "map") return { node, bytes: linesOf(part), source: undefined };
  checkKeys(part, OF_INPUT);
  const source = part.get("source")?.text();
  const [lines, file] = [part.get("lines") ?? part.get("events"), part.get("file")];
  if ((lines === undefined) === (file === undefined))
    throw part.fault(`"${node}" is given ${lines === undefined ? "nothing" : "two things"}`, {
      hint: "give it lines:, events: or file:",
    });
  return { node, bytes: lines === undefined ? fileOf(file!, settings) : linesOf(lines), source };
}

/** A text is lines as they are; of a list each text is a line, and whatever else an event. */
function linesOf(part: YamlPart): Buffer {
  if (part.kind === "scalar") return ended(Buffer.from(part.text()));
  if (part.kind === "nothing") return Buffer.alloc(0);
  const lines = part.items().map((item) => {
    const value = item.value();
    return typeof value === "string" ? value : encodeJson(value);
  });
  return Buffer.from(lines.map((line) => (line.endsWith("\n") ? line : `${line}\n`)).join(""));
}

function fileOf(part: YamlPart, { cwd, path }: CaseSettings): Buffer {
  const named = part.text();
  const found = [resolve(cwd, dirname(path), named), resolve(cwd, named)].find(existsSync);
  try {
    return ended(readWhole(found ?? resolve(cwd, named)));
  } catch (error) {
    throw part.fault(`cannot read ${named}: ${reasonOf(error)}`, {
      hint: "a path is looked for beside the file of tests, then in the working directory",
    });
  }
}

function ended(bytes: Buffer): Buffer {
  return bytes.length === 0 || bytes.at(-1) === 0x0a ? bytes : Buffer.concat([bytes, Buffer.from("\n")]);
}

function readExpectations({ keyPart: whole, value: part }: PartEntry, names: GraphNames): Expectation[] {
  const entries = part.kind === "map" ? part.entries() : [];
  const isByNode = entries.some(({ key }) => names.outputs.includes(key));
  if (part.kind === "map" && (isByNode || !isExpectation(part)))
    return entries.map(({ key, keyPart, value }) => {
      const at = knownName(key, names.outputs, "node, port or sink", keyPart);
      return { at, place: keyPart.place, wanted: wantedAt(at, readWanted(value, keyPart)) };
    });
  if (part.kind === "nothing")
    throw part.fault("nothing is expected here", { hint: "write none where no event may come" });
  if (names.onlySink === undefined)
    throw part.fault("the pipeline has several sinks, and this names none", {
      hint: `expect: { ${names.sinks[0] ?? DEAD_LETTERS}: ... }`,
    });
  return [{ at: names.onlySink, place: part.place, wanted: readWanted(part, whole) }];
}

/** Of what was set aside people name the text or the reason: the other fields may be anything. */
function wantedAt(at: string, { events, ...wanted }: WantedEvents): WantedEvents {
  if (events === undefined) return wanted;
  return at === DEAD_LETTERS ? { ...wanted, like: events } : { ...wanted, events };
}

/** Where an expectation of the case can be added. */
function behindCase(part: YamlPart): WrittenAt {
  const entries = part.entries();
  const last = entries.at(-1)!;
  const end = last.value.range?.[1] ?? last.keyPart.range![1];
  return { start: end, end, kind: "case", indent: columnOf(entries[0]!.keyPart), isFlow: part.isFlow };
}

function columnOf(part: YamlPart): number {
  return Number(/:(\d+)$/.exec(part.place)![1]) - 1;
}

/** A file of tests that there is no reading. Throws usage.unreadable. */
export function readTestText(path: string, cwd: string): string {
  try {
    return readText(resolve(cwd, path));
  } catch (error) {
    const hint = "logpipe test FILE: a pipeline with tests in it, or tests beside one (NAME.test.yaml)";
    throw failure("usage.unreadable", { what: "file of tests", path, reason: reasonOf(error), hint }, error);
  }
}
