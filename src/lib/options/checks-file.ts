/**
 * The file of `check`:
 *
 * ```yaml
 * files: [/var/log/nginx/access.log]
 * since: 1h
 * no-data: ok
 * checks:
 *   errors: ratio(status >= 500) > 0.02
 *   slow: p95(request_time) > 1 by path every 5m
 *   jobs: { query: SELECT * FROM jobs WHERE state = 'stuck', no-data: fail }
 * ```
 */
import { failure } from "../base/errors/index.js";
import { suggest } from "../base/suggest.js";
import type { Variables } from "./variables.js";
import { readYaml, type YamlEntry, type YamlValue } from "./yaml.js";

export interface WrittenCheck {
  readonly name: string;
  readonly place: string;
  /** What must not hold. */
  readonly failIf: string | undefined;
  readonly query: string | undefined;
  readonly files: readonly string[] | undefined;
  readonly noData: string | undefined;
}

export interface ChecksFile {
  readonly files: readonly string[];
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly noData: string | undefined;
  readonly checks: readonly WrittenCheck[];
}

const TOP = ["files", "since", "until", "no-data", "checks"];
const OF_CHECK = ["name", "fail-if", "query", "files", "no-data"];

/** `variables`: what `${NAME}` in values is. Throws usage.file with the line and column of the fault. */
export function readChecksFile(text: string, path: string, variables?: Variables): ChecksFile {
  const root = readYaml(text, path, variables);
  const entries = root.entries();
  checkKeys(entries, TOP);
  const value = (key: string) => entries.find((entry) => entry.key === key)?.value;
  const list = value("checks");
  if (list === undefined || list.kind === "nothing")
    throw fault(root.place, "there are no checks", undefined, "write them below checks: NAME: CONDITION");
  return {
    files: value("files")?.texts() ?? [],
    since: textOf(value("since")),
    until: textOf(value("until")),
    noData: textOf(value("no-data")),
    checks:
      list.kind === "list"
        ? list.items().map((item) => writtenCheck(item, undefined))
        : list.entries().map(({ key, value: check }) => writtenCheck(check, key)),
  };
}

function writtenCheck(value: YamlValue, key: string | undefined): WrittenCheck {
  const { place } = value;
  const none = { query: undefined, files: undefined, noData: undefined };
  if (value.kind === "scalar") {
    const failIf = value.texts()[0]!;
    return { name: key ?? failIf, place, failIf, ...none };
  }
  const entries = value.entries();
  checkKeys(entries, OF_CHECK);
  const get = (name: string) => entries.find((entry) => entry.key === name)?.value;
  const [failIf, query] = [textOf(get("fail-if")), textOf(get("query"))];
  if (failIf === undefined && query === undefined)
    throw fault(place, "nothing is asked", undefined, "give it fail-if: CONDITION, or query: SQL");
  const name = key ?? textOf(get("name")) ?? failIf ?? query!;
  return { name, place, failIf, query, files: get("files")?.texts(), noData: textOf(get("no-data")) };
}

function textOf(value: YamlValue | undefined): string | undefined {
  return value?.texts()[0];
}

function checkKeys(entries: readonly YamlEntry[], known: readonly string[]): void {
  const odd = entries.find(({ key }) => !known.includes(key));
  if (odd === undefined) return;
  throw fault(
    odd.place,
    `unknown key "${odd.key}"`,
    suggest(odd.key, known),
    `there are ${known.join(", ")}`,
  );
}

function fault(place: string, reason: string, suggestion?: string, hint?: string) {
  return failure("usage.file", { place, reason, suggestion, hint });
}
