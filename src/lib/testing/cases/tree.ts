/** A YAML file of tests as parts with places and exact values: `5` is a number and `"5"` a text, digit for digit. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from "yaml";
import { failure, type LogpipeError } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import { decodeNumber, type JsonValue, withMembers } from "../../json/value.js";
import { readYaml } from "../../options/yaml.js";
import { withLine } from "../../pipeline/read/caret.js";

export interface YamlPart {
  readonly kind: "nothing" | "scalar" | "list" | "map";
  /** `file:line:column`. */
  readonly place: string;
  readonly line: number;
  /** Where it stands in the text, in UTF-16 units; undefined for a key without value. */
  readonly range: readonly [number, number] | undefined;
  /** Whether it is written as in JSON, or stands within what is: `[a, b]`, `{ a: 1 }`. */
  readonly isFlow: boolean;
  /** The scalar as text. Throws usage.file. */
  text(): string;
  /** Throws usage.file for what JSON has no value for. */
  value(): JsonValue;
  /** Throws usage.file when it is no list. */
  items(): readonly YamlPart[];
  /** Throws usage.file when it is no map. */
  entries(): readonly PartEntry[];
  /** The part of the map under that name; undefined: there is none. */
  get(key: string): YamlPart | undefined;
  fault(reason: string, more?: FaultMore): LogpipeError;
}

export interface PartEntry {
  readonly key: string;
  readonly keyPart: YamlPart;
  readonly value: YamlPart;
}

interface FaultMore {
  readonly suggestion?: string | undefined;
  readonly hint?: string | undefined;
}

interface Around {
  readonly text: string;
  readonly path: string;
  readonly lines: LineCounter;
  readonly resolve: (node: unknown) => unknown;
  /** Whether it stands within `{ }` or `[ ]`. */
  readonly isFlow: boolean;
}

/** Reads the whole file. Throws usage.file with the line and column of the first fault. */
export function readTree(text: string, path: string): YamlPart {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // It says what is wrong in words.
  if (document.errors.length + document.warnings.length > 0) checkYaml(text, path);
  const resolve = (node: unknown) => (isAlias(node) ? node.resolve(document) : node);
  return partOf(document.contents, { text, path, lines, resolve, isFlow: false }, 0);
}

function checkYaml(text: string, path: string): void {
  try {
    readYaml(text, path);
  } catch (error) {
    throw shownIn(error, { path, text });
  }
}

/** Throws usage.file for the first key that is none of `known`. */
export function checkKeys(part: YamlPart, known: readonly string[], hint?: string): void {
  for (const { key, keyPart } of part.entries())
    if (!known.includes(key))
      throw keyPart.fault(`unknown key "${key}"`, {
        suggestion: suggest(key, known),
        hint: hint ?? `there are ${known.join(", ")}`,
      });
}

/** `offset`: where the key stands, for a value that is missing. */
function partOf(given: unknown, around: Around, offset: number): YamlPart {
  const node = around.resolve(given);
  const range = (given as Node | null | undefined)?.range ?? undefined;
  const at = positionOf(range?.[0] ?? offset, around);
  const fault = (reason: string, more: FaultMore = {}) =>
    shownIn(failure("usage.file", { place: at.place, reason, ...more }), around);
  const wrong = (wanted: string) => fault(`expected ${wanted}, found ${said(node)}`);
  const kind = kindOf(node);
  const isFlow = around.isFlow || (node as { flow?: boolean } | null)?.flow === true;
  const inside = { ...around, isFlow };
  const part: YamlPart = {
    kind,
    place: at.place,
    line: at.line,
    range: range && [range[0], range[1]],
    isFlow,
    fault,
    text: () => {
      if (!isScalar(node) || kind !== "scalar") throw wrong("a text");
      return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
    },
    value: () => jsonOf(node, around, fault),
    items: () => {
      if (!isSeq(node)) throw wrong("a list");
      return node.items.map((item) => partOf(item, inside, range?.[0] ?? offset));
    },
    entries: () => {
      if (kind === "nothing") return [];
      if (!isMap(node)) throw wrong("names with values");
      return node.items.map(({ key, value }) => {
        const keyPart = partOf(key, inside, range?.[0] ?? offset);
        return { key: keyOf(key), keyPart, value: partOf(value, inside, (key as Node).range?.[0] ?? offset) };
      });
    },
    get: (name) => (kind === "map" ? part.entries().find(({ key }) => key === name)?.value : undefined),
  };
  return part;
}

interface Position {
  readonly place: string;
  readonly line: number;
  readonly column: number;
}

function positionOf(offset: number, { lines, path }: Around): Position {
  const { line, col } = lines.linePos(offset);
  const [row, column] = [Math.max(line, 1), Math.max(col, 1)];
  return { line: row, column, place: `${path}:${row}:${column}` };
}

/** With the line and a caret. */
function shownIn(error: unknown, { path, text }: Pick<Around, "path" | "text">): LogpipeError {
  return withLine(error, new Map([[path, text]])) as LogpipeError;
}

function keyOf(key: unknown): string {
  if (!isScalar(key)) return "";
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

function jsonOf(given: unknown, around: Around, fault: YamlPart["fault"]): JsonValue {
  const node = around.resolve(given);
  if (node === null || node === undefined) return null;
  if (isSeq(node)) return node.items.map((item) => jsonOf(item, around, fault));
  if (isMap(node))
    return withMembers(
      node.items.map(({ key, value }) => [keyOf(key), jsonOf(value, around, fault)] as const),
    );
  return isScalar(node) ? scalarValue(node, fault) : null;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function scalarValue({ value, source }: Scalar, fault: YamlPart["fault"]): JsonValue {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (value === null || value === undefined) return null;
  if (source !== undefined && JSON_NUMBER.test(source)) return decodeNumber(source);
  if (typeof value !== "number" || !Number.isFinite(value))
    throw fault(`no event can hold ${source ?? String(value)}`, {
      hint: `as a text it stands in quotes: "${source}"`,
    });
  return decodeNumber(String(value));
}

function kindOf(node: unknown): YamlPart["kind"] {
  if (isMap(node)) return "map";
  if (isSeq(node)) return "list";
  return isScalar(node) && node.value !== null ? "scalar" : "nothing";
}

function said(node: unknown): string {
  if (isMap(node)) return "names with values";
  if (isSeq(node)) return "a list";
  return isScalar(node) && node.value !== null ? `"${keyOf(node).slice(0, 40)}"` : "nothing";
}
