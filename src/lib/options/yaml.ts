/** YAML with the place of every value, so that a fault can name its line. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { failure } from "../base/errors/index.js";

export interface YamlEntry {
  readonly key: string;
  readonly value: YamlValue;
  readonly line: number;
  /** `file:line:column` of the key. */
  readonly place: string;
}

/** One value of a YAML file. */
export interface YamlValue {
  readonly kind: "nothing" | "scalar" | "list" | "map";
  /** `file:line:column`. */
  readonly place: string;
  readonly line: number;
  /** The scalar as it was written (numbers keep their digits), or each of a list of scalars. Throws usage.file. */
  texts(): readonly string[];
  /** Throws usage.file when it is no list. */
  items(): readonly YamlValue[];
  /** Throws usage.file when it is no map. */
  entries(): readonly YamlEntry[];
}

/** Reads a whole file. Throws usage.file with the line and column of the first fault. */
export function readYaml(text: string, path: string): YamlValue {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), place: `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}` };
  };
  const fault = document.errors[0];
  if (fault !== undefined) {
    throw failure("usage.file", {
      place: place(fault.pos[0]).place,
      reason: `not valid YAML: ${firstLine(fault.message)}`,
    });
  }
  return yamlValue(document.contents, place);
}

type Place = (offset: number) => { line: number; place: string };

function yamlValue(node: unknown, place: Place): YamlValue {
  const at = place((node as Node | null)?.range?.[0] ?? 0);
  const kind = kindOf(node);
  const wrong = (wanted: string) =>
    failure("usage.file", { place: at.place, reason: `expected ${wanted}, found ${said(node)}` });
  return {
    kind,
    ...at,
    texts: () => {
      if (isScalar(node) && kind === "scalar") return [scalarText(node)];
      if (!isSeq(node)) throw wrong("a value");
      return node.items.map((item) => {
        if (!isScalar(item)) throw wrong("a list of values");
        return scalarText(item);
      });
    },
    items: () => {
      if (!isSeq(node)) throw wrong("a list");
      return node.items.map((item) => yamlValue(item, place));
    },
    entries: () => {
      if (kind === "nothing") return [];
      if (!isMap(node)) throw wrong("names with values");
      return node.items.map((pair) => {
        const key = pair.key as Node;
        return {
          key: isScalar(key) ? scalarText(key) : "",
          value: yamlValue(pair.value, place),
          ...place(key.range?.[0] ?? 0),
        };
      });
    },
  };
}

function kindOf(node: unknown): YamlValue["kind"] {
  if (isMap(node)) return "map";
  if (isSeq(node)) return "list";
  if (isScalar(node) && node.value !== null) return "scalar";
  return "nothing";
}

function scalarText(node: { value: unknown; source?: string }): string {
  if (typeof node.value === "string") return node.value;
  return node.source ?? String(node.value);
}

function said(node: unknown): string {
  if (isAlias(node)) return "an alias";
  if (isMap(node)) return "names with values";
  if (isSeq(node)) return "a list";
  return isScalar(node) && node.value !== null ? `"${scalarText(node)}"` : "nothing";
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!.replace(/\.$/, "");
}
