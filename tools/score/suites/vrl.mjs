/** Vector's own cases of its parsing functions, and the examples of its manual. */
import { fieldCase, leavesOf } from "../compare.mjs";
import { reader } from "../reader.mjs";

const AUTO = [
  ...["apache_log", "nginx_log", "common_log", "combined_log", "aws_alb_log", "aws_vpc_flow_log", "cef"],
  ...["glog", "klog", "linux_authorization", "syslog", "logfmt"],
];

/** What a function of VRL is called here. */
const NAMED = {
  apache_log: "combined",
  nginx_log: "combined",
  common_log: "common",
  combined_log: "combined",
  aws_alb_log: "alb",
  aws_vpc_flow_log: "vpc-flow",
  cef: "cef",
  glog: "klog",
  klog: "klog",
  linux_authorization: "syslog",
  syslog: "syslog",
  logfmt: "logfmt",
};

/** Lines of logs, with `--format auto`. */
export async function vrlAuto(data) {
  const read = await reader({ format: "auto" });
  return lineCases(data).map(({ value, wanted }) => fieldCase(value, wanted, read(value)));
}

/** The same with the format named, where there is one of that name. */
export async function vrlNamed(data) {
  const results = [];
  for (const { kind, format, value, wanted } of lineCases(data)) {
    const read = await readerOf(format === "error" ? errorOf(kind) : NAMED[kind]);
    const marks = { read: false, most: false, all: false };
    const isNone = read === undefined;
    results.push(
      isNone ? { input: value, wanted, got: "no such format", marks } : fieldCase(value, wanted, read(value)),
    );
  }
  return results;
}

const errorOf = (kind) => (kind === "apache_log" || kind === "common_log" ? "apache-error" : "nginx-error");

const readers = new Map();

/** Undefined when there is no such format. */
async function readerOf(format) {
  if (!readers.has(format)) {
    try {
      readers.set(format, await reader({ format }));
    } catch {
      readers.set(format, undefined);
    }
  }
  return readers.get(format);
}

function lineCases(data) {
  const seen = new Set();
  return allCases(data).filter(({ kind, value, wanted, format }) => {
    const isOwnLayout = kind === "aws_vpc_flow_log" && format !== undefined && format !== "default";
    if (!AUTO.includes(kind) || wanted === undefined || isOwnLayout) return false;
    if (leavesOf(wanted).length === 0 && value.trim() === "") return false;
    const isNew = !seen.has(value);
    seen.add(value);
    return isNew;
  });
}

/** `{kind, value, wanted, format, pattern}`; `wanted` undefined: it must be refused. */
function allCases(data) {
  const units = data.jsonLines("cases/vrl_unit_cases.jsonl").map(({ fn, args, want }) => ({
    kind: fn.replace("parse_", ""),
    value: args.value,
    format: args.format,
    args,
    wanted: want.ok,
  }));
  const examples = data.jsonLines("cases/vrl_doc_examples.jsonl").map(({ fn, vrl, return: wanted }) => {
    const literals = [...vrl.matchAll(LITERAL)].map(([text]) => literalText(text));
    return { kind: fn.replace("parse_", ""), value: literals[0] ?? "", format: literals[1], wanted, vrl };
  });
  return [...units, ...examples]
    .filter(({ value }) => typeof value === "string")
    .map((one) => (one.kind === "syslog" ? { ...one, wanted: withoutVersion(one.wanted) } : one));
}

/** The version of RFC 5424 is 1 in every line there is. */
function withoutVersion(wanted) {
  if (wanted === undefined) return undefined;
  const { version, ...others } = wanted;
  return others;
}

const LITERAL = /[rs]'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/gs;

function literalText(literal) {
  if (literal.startsWith('"'))
    return literal.slice(1, -1).replace(/\\(.)/gs, (_, of) => ({ n: "\n", t: "\t" })[of] ?? of);
  return literal.startsWith("s") ? literal.slice(2, -1).replace(/\\'/g, "'") : literal.slice(2, -1);
}

/** Patterns of one's own: grok (several, with aliases) and regular expressions. */
export async function vrlPatterns(data) {
  const wanted = allCases(data).filter(({ kind }) => ["grok", "groks", "regex"].includes(kind));
  const results = await Promise.all(wanted.map((one) => patternCase(one)));
  return results.filter((one) => one !== undefined);
}

async function patternCase({ kind, value, wanted, args, format, vrl }) {
  if (vrl !== undefined && /numeric_groups|alias_sources/.test(vrl)) return undefined;
  if (vrl?.startsWith("variable")) return undefined;
  const patterns = args?.patterns ?? [args?.pattern ?? format];
  const spec =
    kind === "regex"
      ? `regex:${patterns[0]}`
      : `grok:${patterns.map((p) => expanded(p, args?.aliases)).join("|")}`;
  const events = await attempt(spec, value);
  const isRefused = typeof events === "string" || events[0]?.unparsed === true;
  if (wanted === undefined)
    return { input: `${spec} | ${value}`, wanted: "refused", got: events, marks: { all: isRefused } };
  if (typeof events === "string")
    return { input: `${spec} | ${value}`, wanted, got: events, marks: { all: false } };
  const { marks, ...rest } = fieldCase(value, wanted, events);
  return { ...rest, input: `${spec} | ${value}`, marks: { all: marks.all } };
}

/** With the definitions of the case put in the place of their names. */
function expanded(pattern, aliases = {}, depth = 0) {
  if (depth > 9) return pattern;
  return pattern.replace(/%\{(\w+)\}/g, (whole, name) =>
    aliases[name] === undefined ? whole : expanded(aliases[name], aliases, depth + 1),
  );
}

/** The events, or what was wrong with the pattern. */
async function attempt(format, value) {
  try {
    return (await reader({ format }))(value);
  } catch (error) {
    return String(error.message ?? error);
  }
}
