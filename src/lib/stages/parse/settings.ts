/** What `parse` has to know of its formats before it runs. */

import { table } from "../../base/table.js";
import { isPattern } from "../../format/patterns/user-patterns.js";
import { resolveFormat } from "../../format/registry.js";
import type { ParserOptions } from "./parser.js";
import type { RecordRules } from "./records/joining.js";

export interface ParserSettings extends Omit<ParserOptions, "keepsRaw" | "memory"> {
  /** Whether lines depend on earlier ones (a CSV header). */
  readonly isStateful: boolean;
  /** Whether lines before say how lines are read, in header lines that `learnHeaders` finds. */
  readonly isHeaded: boolean;
}

/**
 * The settings of what `--format` names, in order; `hasFiles`: patterns of files come before them. Patterns are not
 * looked at: they may need what is still to be read. Throws as `resolveFormat` for the other names.
 */
export function parserSettings(
  specs: string | readonly string[],
  hasFiles = false,
  rules?: RecordRules,
): ParserSettings {
  const all = (typeof specs === "string" ? [specs] : specs).map(settingsOf);
  if (hasFiles) all.unshift(OF_PATTERNS);
  return {
    isStateful: all.some(({ isStateful }) => isStateful),
    isHeaded: all.some(({ isHeaded }) => isHeaded),
    joinsLines: rules !== undefined || all.some(({ joinsLines }) => joinsLines),
    hasQuotedBreaks: all.some(({ hasQuotedBreaks }) => hasQuotedBreaks),
    readsJson: all.some(({ readsJson }) => readsJson),
    containers: [...new Set(all.flatMap(({ containers }) => containers))],
    // What the kernel reads ahead must not be another format's, and it reads a line at a time.
    hotFormats: rules === undefined ? all[0]!.hotFormats : [],
    rules,
    readsRecords: all[0] === OF_PATTERNS,
  };
}

const OF_PATTERNS: ParserSettings = {
  isStateful: false,
  isHeaded: false,
  joinsLines: true,
  hasQuotedBreaks: false,
  readsJson: false,
  containers: [],
  hotFormats: [],
};

function settingsOf(spec: string): ParserSettings {
  if (isPattern(spec)) return OF_PATTERNS;
  const format = resolveFormat(spec);
  return {
    isStateful: format.isStateful === true,
    isHeaded: format.name === "auto" || format.isHeaded === true,
    joinsLines: format.hasContinuations === true || format.name === "json" || format.name === "journald",
    hasQuotedBreaks: format.name === "csv",
    readsJson: format.name === "auto" || format.name === "json",
    containers: CONTAINERS[format.name] ?? [],
    hotFormats: HOT[format.name] ?? [],
  };
}

const CONTAINERS: Readonly<Record<string, ParserOptions["containers"]>> = table({
  auto: ["cri", "docker", "prefix"],
  cri: ["cri"],
  docker: ["docker"],
});

/** `auto` reads a plain access log line or event as the format alone does, so the kernel may read ahead there too. */
const HOT: Readonly<Record<string, ParserOptions["hotFormats"]>> = table({
  auto: ["combined", "common", "json"],
  json: ["json"],
  combined: ["combined"],
  common: ["common"],
});
