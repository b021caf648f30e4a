// Enter here: what became of cases: text, TAP, JUnit, JSON.
/** What became of the cases, for every format that it is written in. */
import { encodeJson, type JsonValue } from "../../json/value.js";
import type { Failing } from "../judge/judge.js";
import type { Gap } from "../network/flow.js";

export interface CaseResult {
  readonly name: string;
  /** The file that the case stands in, as it was named. */
  readonly file: string;
  /** The pipeline that was tried; the same as `file` where the cases stand in it. */
  readonly pipeline: string;
  /** Its file tries other pipelines, too. */
  readonly isOfSeveral: boolean;
  /** `file:line:column`. */
  readonly place: string;
  /** "updated": what came out was written down. */
  readonly state: "ok" | "failed" | "updated";
  readonly failings: readonly Failing[];
  /** What was written down, by place: how many events. */
  readonly written: ReadonlyMap<string, number>;
  readonly durationMs: number;
}

export interface FileCoverage {
  /** The pipeline. */
  readonly file: string;
  readonly gaps: readonly Gap[];
}

export interface TestResults {
  readonly cases: readonly CaseResult[];
  readonly coverage: readonly FileCoverage[];
  /** Cases that were not tried, since one before them failed. */
  readonly skipped: number;
}

export const REPORT_FORMATS = ["text", "tap", "junit", "json"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What a case goes by where its file tries several pipelines. */
export function titleOf({ pipeline, name, isOfSeveral }: CaseResult): string {
  return isOfSeveral ? `${name} (${pipeline})` : name;
}

/** The differences as lines of text, without colours: `- ` what was expected, `+ ` what came. */
export function differenceLines({ failings, state }: CaseResult): readonly DiffLine[] {
  return failings.flatMap(({ at, place, differences }) =>
    // What nobody had expected yet has no difference to show once it is written down.
    differences
      .filter(({ isUnwritten }) => state !== "updated" || isUnwritten !== true)
      .flatMap(({ what, expected, actual, fields, hint }): DiffLine[] => [
        { kind: "what", text: `${at === "" ? "" : `at ${at}: `}${what} (${place})` },
        ...fields.flatMap((field): DiffLine[] => [
          ...(field.expected === undefined ? [] : [minus(`${field.path}: ${text(field.expected)}`)]),
          ...(field.actual === undefined ? [] : [plus(`${field.path}: ${text(field.actual)}`)]),
        ]),
        ...(expected === undefined ? [] : [minus(expected)]),
        ...(actual ?? "").split("\n").flatMap((line) => (line === "" ? [] : [plus(line)])),
        ...(hint === undefined ? [] : [{ kind: "hint" as const, text: hint }]),
      ]),
  );
}

export interface DiffLine {
  readonly kind: "what" | "expected" | "actual" | "hint";
  readonly text: string;
}

const LINE_CHARS_MAX = 2000;

function minus(line: string): DiffLine {
  return { kind: "expected", text: `- ${cut(line)}` };
}

function plus(line: string): DiffLine {
  return { kind: "actual", text: `+ ${cut(line)}` };
}

function cut(line: string): string {
  return line.length <= LINE_CHARS_MAX
    ? line
    : `${line.slice(0, LINE_CHARS_MAX)}... (${line.length} characters)`;
}

function text(value: JsonValue): string {
  return encodeJson(value);
}
