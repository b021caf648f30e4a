/** What `parse` has to know of a format before it runs. */
import { resolveFormat } from "../../format/registry.js";
import type { ParserOptions } from "./parser.js";
import type { RecordRules } from "./records/joining.js";

export interface ParserSettings extends Omit<ParserOptions, "keepsRaw"> {
  /** Whether lines depend on earlier ones (a CSV header). */
  readonly isStateful: boolean;
}

/** The settings of `--format SPEC`, and of rules for records. Throws as `resolveFormat`. */
export function parserSettings(spec: string, rules?: RecordRules): ParserSettings {
  const format = resolveFormat(spec);
  return {
    isStateful: format.isStateful === true,
    joinsLines: rules !== undefined || format.hasContinuations === true || format.name === "json",
    readsJson: format.name === "auto" || format.name === "json",
    containers: CONTAINERS[format.name] ?? [],
    // The kernel reads a line at a time.
    hotFormats: rules === undefined ? (HOT[format.name] ?? []) : [],
    rules,
    readsRecords: format.name === "regex" || format.name === "grok",
  };
}

const CONTAINERS: Readonly<Record<string, ParserOptions["containers"]>> = {
  auto: ["cri", "docker", "prefix"],
  cri: ["cri"],
  docker: ["docker"],
};

/** `auto` reads a plain access log line or event as the format alone does, so the kernel may read ahead there too. */
const HOT: Readonly<Record<string, ParserOptions["hotFormats"]>> = {
  auto: ["combined", "common", "json"],
  json: ["json"],
  combined: ["combined"],
  common: ["common"],
};
