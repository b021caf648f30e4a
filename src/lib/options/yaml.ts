/** YAML with the place of every value, so that a fault can name its line. */
import {
  type Alias,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLParseError,
} from "yaml";
import { failure, type LogpipeError } from "../base/errors/index.js";

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
  if (fault !== undefined) throw syntaxFault(fault, text, place);
  return yamlValue(document.contents, { place, resolve: (alias) => alias.resolve(document) });
}

/** What is wrong with the text as YAML, in the words of who wrote it. */
function syntaxFault(fault: YAMLParseError, text: string, place: Around["place"]): LogpipeError {
  const at = fault.code === "TAB_AS_INDENT" ? text.indexOf("\t", fault.pos[0]) : fault.pos[0];
  const said = SAID[fault.code];
  const key = /[^\s:,}\]]+/.exec(text.slice(fault.pos[0], fault.pos[0] + 80))?.[0];
  const reason =
    said?.reason.replace("KEY", () => key ?? "") ?? `not valid YAML: ${firstLine(fault.message)}`;
  return failure("usage.file", { place: place(at).place, reason, hint: said?.hint });
}

/** By the code of the fault, where its own words say too little. */
const SAID: Partial<Record<ErrorCode, { readonly reason: string; readonly hint: string }>> = {
  DUPLICATE_KEY: {
    reason: `not valid YAML: "KEY" stands twice`,
    hint: "write it once; several values are a list: [a, b]",
  },
  TAB_AS_INDENT: { reason: "not valid YAML: a tab cannot indent", hint: "indent with blanks" },
  BLOCK_AS_IMPLICIT_KEY: {
    reason: "not valid YAML: a second colon on the line",
    hint: "put the value in quotes, or each name on a line of its own",
  },
  BAD_SCALAR_START: {
    reason: "not valid YAML: a value cannot begin with this character",
    hint: "put the value in quotes",
  },
  MULTIPLE_DOCS: {
    reason: "not one document of YAML: a second one begins here",
    hint: "leave out the line ---, or use a file for each",
  },
};

/** What a value needs of the document around it. */
interface Around {
  readonly place: (offset: number) => { line: number; place: string };
  readonly resolve: (alias: Alias) => unknown;
}

function yamlValue(given: unknown, around: Around): YamlValue {
  const { place } = around;
  const node = isAlias(given) ? around.resolve(given) : given;
  if (isAlias(given) && node === undefined) {
    const facts = {
      place: place(given.range?.[0] ?? 0).place,
      reason: `nothing before is called &${given.source}`,
    };
    throw failure("usage.file", {
      ...facts,
      hint: `name what is meant: &${given.source} VALUE; or quote the *`,
    });
  }
  const at = place((given as Node | null)?.range?.[0] ?? 0);
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
        const value = isAlias(item) ? around.resolve(item) : item;
        if (!isScalar(value)) throw wrong("a list of values");
        return scalarText(value);
      });
    },
    items: () => {
      if (!isSeq(node)) throw wrong("a list");
      return node.items.map((item) => yamlValue(item, around));
    },
    entries: () => {
      if (kind === "nothing") return [];
      if (!isMap(node)) throw wrong("names with values");
      return node.items.map((pair) => {
        const key = pair.key as Node;
        return {
          key: isScalar(key) ? scalarText(key) : "",
          value: yamlValue(pair.value, around),
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
  if (isMap(node)) return "names with values";
  if (isSeq(node)) return "a list";
  return isScalar(node) && node.value !== null ? `"${scalarText(node)}"` : "nothing";
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!.replace(/\.$/, "");
}
