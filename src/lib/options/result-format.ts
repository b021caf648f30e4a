/** The formats of `--to`, and what the name of a file says of its format. */
import { failure } from "../base/errors/index.js";
import { suggest } from "../base/suggest.js";
import { table } from "../base/table.js";

export const FORMATS = [
  "table",
  "ndjson",
  "json",
  "csv",
  "tsv",
  "md",
  "parquet",
  "arrow",
  "chart",
  "svg",
] as const;
export type FormatName = (typeof FORMATS)[number];

/** How the bytes of a file are packed. */
export type Packing = "gzip" | "zstd";

/** What is to be written, and where. */
export interface ResultTarget {
  /** Undefined: neither an option nor a name says. */
  readonly format: FormatName | undefined;
  /** `--to` says so, not only the name. */
  readonly isAsked: boolean;
  readonly packing: Packing | undefined;
}

const BY_EXTENSION: Readonly<Record<string, readonly FormatName[]>> = table({
  // The first is what the name means; the others may be called so, too.
  ndjson: ["ndjson"],
  jsonl: ["ndjson"],
  json: ["json", "ndjson"],
  csv: ["csv"],
  tsv: ["tsv"],
  tab: ["tsv"],
  md: ["md"],
  markdown: ["md"],
  txt: ["table", "chart", "md", "csv", "tsv", "ndjson", "json"],
  parquet: ["parquet"],
  arrow: ["arrow"],
  arrows: ["arrow"],
  svg: ["svg"],
});

/** Endings of formats that somebody may hope for. */
const UNWRITTEN: Readonly<Record<string, string>> = table({
  ...{ xlsx: "csv", xls: "csv", ods: "csv", png: "svg", jpg: "svg", jpeg: "svg", gif: "svg", pdf: "svg" },
  ...{ avro: "parquet", orc: "parquet", feather: "arrow", html: "md", htm: "md", xml: "json", yaml: "json" },
  ...{ yml: "json", db: "parquet", sqlite: "parquet", duckdb: "parquet" },
});

const PACKINGS: Readonly<Record<string, Packing>> = table({
  gz: "gzip",
  gzip: "gzip",
  zst: "zstd",
  zstd: "zstd",
});
const OTHER_PACKINGS = ["bz2", "xz", "zip", "lz4", "br", "7z", "tgz"];
/** Written with compression of their own, or none that is worth anything. */
const UNPACKABLE: readonly FormatName[] = ["parquet", "arrow"];

/**
 * What `--to` and the name of `-o` say together. Throws usage.bad-value where they say different things, or what
 * nothing here writes.
 */
export function resultTarget(to: FormatName | undefined, output: string | undefined): ResultTarget {
  if (output === undefined || output === "-")
    return { format: to, isAsked: to !== undefined, packing: undefined };
  const extensions = /[^/\\]*$/.exec(output)![0].toLowerCase().split(".").slice(1);
  const last = extensions.at(-1) ?? "";
  if (OTHER_PACKINGS.includes(last)) throw badName(output, `nothing here packs as .${last}`, "name it .gz");
  const packing = PACKINGS[last];
  const extension = packing === undefined ? last : (extensions.at(-2) ?? "");
  const closest = UNWRITTEN[extension];
  if (closest !== undefined && to === undefined)
    throw badName(output, `nothing here writes .${extension}`, `.${closest} comes closest`);
  const formats = BY_EXTENSION[extension];
  if (to !== undefined && formats !== undefined && !formats.includes(to))
    throw contradiction(to, output, extension);
  const format = to ?? formats?.[0];
  if (packing !== undefined && format !== undefined && UNPACKABLE.includes(format))
    throw badName(output, `${format} is packed inside, by column`, `name it .${format}`);
  return { format, isAsked: to !== undefined, packing };
}

function badName(output: string, reason: string, hint: string) {
  return failure("usage.bad-value", { option: "--output", value: output, reason, hint });
}

function contradiction(to: FormatName, output: string, extension: string) {
  const name = suggest(extension, FORMATS) ?? extension;
  return failure("usage.bad-value", {
    option: "--output",
    value: output,
    reason: `its name says ${name} and --to says ${to}`,
    hint: "leave out --to, or name it otherwise",
  });
}
