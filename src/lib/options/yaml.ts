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
  type Scalar,
  type YAMLParseError,
} from "yaml";
import { failure, type LogpipeError } from "../base/errors/index.js";
import type { Variables } from "./variables.js";

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

/**
 * Reads a whole file. `variables` are replaced in values, not in names. Throws usage.file with the line and column of
 * the first fault. `report` takes those behind which the rest can be read: names that stand twice.
 */
export function readYaml(
  text: string,
  path: string,
  variables?: Variables,
  report?: (error: LogpipeError) => void,
): YamlValue {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), place: `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}` };
  };
  const { errors } = document;
  const isReadable = report !== undefined && errors.every(({ code }) => code === "DUPLICATE_KEY");
  if (errors.length > 0 && !isReadable) throw syntaxFault(errors[0]!, text, place);
  for (const error of errors) report?.(syntaxFault(error, text, place));
  const tag = document.warnings.find(({ code }) => code === "TAG_RESOLVE_FAILED");
  if (tag !== undefined) throw tagFault(text.slice(...tag.pos), place(tag.pos[0]).place);
  const replaced = (written: string, offset: number) =>
    variables?.replace(written, place(offset).place) ?? written;
  return yamlValue(document.contents, { place, replaced, resolve: (alias) => alias.resolve(document) });
}

/** What is wrong with the text as YAML, in the words of who wrote it. */
function syntaxFault(fault: YAMLParseError, text: string, place: Around["place"]): LogpipeError {
  const said = saidOf(fault, text);
  const at = said.at?.(text, fault.pos[0]) ?? fault.pos[0];
  const key = /[^\s:,}\]]+/.exec(text.slice(fault.pos[0], fault.pos[0] + 80))?.[0];
  const reason = said.reason.replace("KEY", () => key ?? "");
  return failure("usage.file", { place: place(at).place, reason, hint: said.hint });
}

/** `!x` alone is a tag of YAML with nothing behind it. */
function tagFault(tag: string, place: string): LogpipeError {
  const reason = `to YAML "${tag.trim()}" is a tag, and no value`;
  return failure("usage.file", { place, reason, hint: "put a value that begins with ! in quotes: '!x'" });
}

interface Said {
  readonly reason: string;
  readonly hint: string;
  /** The offset that the fault is shown at, where it is not the one of the fault. */
  readonly at?: (text: string, offset: number) => number;
}

function saidOf({ code, message, pos }: YAMLParseError, text: string): Said {
  const known = SAID[code];
  if (known !== undefined) return known;
  const line = text.slice(text.lastIndexOf("\n", pos[0] - 1) + 1).split("\n", 1)[0]!;
  if (/[[{,].*\$\{/.test(line)) return VARIABLE;
  if (/^Missing closing .quote/.test(message)) return UNCLOSED_QUOTE;
  const open = /^Flow (map|sequence) in block collection/.exec(message)?.[1];
  if (open !== undefined || /must end with a [\]}]/.test(message))
    return (open ?? (message.includes("}") ? "map" : "sequence")) === "map" ? UNCLOSED_MAP : UNCLOSED_LIST;
  if (message.endsWith("at node end")) return NOT_CLOSED;
  if (code === "BAD_INDENT") return WRONG_INDENT;
  return OTHER;
}

const UNCLOSED_QUOTE: Said = {
  reason: "not valid YAML: a quote is not closed",
  hint: "close it with the same sign",
};
const UNCLOSED_MAP: Said = { reason: "not valid YAML: a { is not closed", hint: "close it with }" };
const UNCLOSED_LIST: Said = { reason: "not valid YAML: a [ is not closed", hint: "close it with ]" };
const WRONG_INDENT: Said = {
  reason: "not valid YAML: this line is indented otherwise than those it belongs to",
  hint: 'lines of one list or of one stage begin below each other, "- " below "- "',
};
const VARIABLE: Said = {
  reason: "not valid YAML: within { } and [ ] a ${ begins names with values",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what stands in the file
  hint: 'put the value in quotes: "${NAME}"',
};
const NOT_CLOSED: Said = {
  reason: "not valid YAML: the value ends before this",
  hint: "put the whole value in quotes of the other kind: '\"a\" == b'",
};
const OTHER: Said = {
  reason: "not valid YAML: this cannot stand here",
  hint: "put the value in quotes if it holds one of : # { } [ ] , & * ! | > % @ `",
};

/** By the code of the fault. */
const SAID: Partial<Record<ErrorCode, Said>> = {
  DUPLICATE_KEY: {
    reason: `not valid YAML: "KEY" stands twice`,
    hint: "write it once; several values are a list: [a, b]",
  },
  TAB_AS_INDENT: {
    reason: "not valid YAML: a tab cannot indent",
    hint: "indent with blanks",
    at: (text, offset) => text.indexOf("\t", offset),
  },
  /** What began on the line before goes on here: an indent is missing or too much. */
  MULTILINE_IMPLICIT_KEY: { ...WRONG_INDENT, at: nextLine },
  BAD_DQ_ESCAPE: {
    reason: "not valid YAML: an unknown escape within double quotes",
    hint: "put the value in single quotes, which keep a backslash as it is",
  },
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
  /** A text with the variables in it replaced. */
  readonly replaced: (text: string, offset: number) => string;
}

function yamlValue(given: unknown, around: Around): YamlValue {
  const { place } = around;
  const textOf = (scalar: Scalar) => around.replaced(scalarText(scalar), scalar.range?.[0] ?? 0);
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
      if (isScalar(node) && kind === "scalar") return [textOf(node)];
      if (!isSeq(node)) throw wrong("a value");
      return node.items.map((item) => {
        const value = isAlias(item) ? around.resolve(item) : item;
        if (!isScalar(value)) throw wrong("a list of values");
        return textOf(value);
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

/** Where the first word of the line after that of `offset` begins. */
function nextLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? offset : end + 1 + /^[ \n]*/.exec(text.slice(end + 1))![0].length;
}
