/**
 * The header lines of tables that describe themselves, as text: what of them counts for the lines behind. A header is
 * folded line by line, by the reader of a table and by whoever only looks for headers (`src/lib/stages/parse/memory`).
 */

import { table } from "../../base/table.js";
import type { StreamMemory } from "../format.js";

/** A header that is longer is none. */
const HEADER_CHARACTERS_MAX = 16_384;

/**
 * What is known behind `line`: directives that count, one a line, the last of each name. Undefined when it is no line
 * of a header. Files of W3C extended logs and of Zeek put `#` and a name first; VPC flow logs have the names of the
 * fields in their first line, and nowhere else, but for copies of it.
 */
export function headerBehind({ header, isAtStart }: StreamMemory, line: string): string | undefined {
  if (line.charCodeAt(0) === 0x23) return withinLimit(foldDirective(header, line), header);
  return line === header || (isAtStart === true && isFieldNames(line)) ? line : undefined;
}

function withinLimit(folded: string | undefined, header: string): string | undefined {
  return folded !== undefined && folded.length > HEADER_CHARACTERS_MAX ? header : folded;
}

const W3C = /^#(Software|Version|Start-Date|End-Date|Date|GMT-Offset|Remark|Log-type|Fields):[ \t]*(.*)$/;
const ZEEK = /^#(separator|set_separator|empty_field|unset_field|path|open|close|fields|types)([^\w-])/;

function foldDirective(header: string, line: string): string | undefined {
  const w3c = W3C.exec(line);
  if (w3c !== null) return foldW3c(header, w3c[1]!.toLowerCase(), w3c[2]!.trim());
  const [, name, next] = ZEEK.exec(line) ?? [];
  if (name === undefined) return undefined;
  if (name === "separator") return SEPARATOR.test(line) ? line : undefined;
  if (next !== separatorOf(header)) return undefined;
  if (name === "open" || name === "close") return header;
  return replaced(isOfZeek(header) ? header : "", name, line);
}

const SEPARATOR = /^#separator (?:\\x[0-9a-fA-F]{2}|[^\w"-])$/;

/** What stands between the cells of a table of Zeek: a tab, unless its header says otherwise. */
export function separatorOf(header: string): string {
  const written = /^#separator (\\x([0-9a-fA-F]{2})|.)$/m.exec(header);
  if (written === null) return "\t";
  return written[2] === undefined ? written[1]! : String.fromCharCode(Number.parseInt(written[2], 16));
}

const KEPT = new Set(["software", "date", "start-date", "gmt-offset", "fields"]);

/** Undefined where the value is none of such a directive: comments and settings begin with "#" and a word, too. */
function foldW3c(header: string, name: string, value: string): string | undefined {
  const before = isOfW3c(header) ? header : "";
  if (name === "fields" ? !isW3cFields(value) : !DIRECTIVES[name]!.test(value)) return undefined;
  if (name === "remark" && before === "") return undefined;
  if (!KEPT.has(name)) return before;
  const kind = name === "start-date" ? "date" : name;
  return replaced(before, `${kind}:`, `#${kind}: ${value}`);
}

const A_DATE = /^(?:\d{4}-\d\d-\d\d|\d{1,2}[-/][A-Z][a-z]{2}[-/]\d{4})(?:[T ]\d\d:\d\d|$)/;
const DIRECTIVES: Readonly<Record<string, RegExp>> = table({
  software: /^[A-Z"]/,
  version: /^\d{1,3}(?:\.\d{1,3}){0,3}(?:\s|$)/,
  date: A_DATE,
  "start-date": A_DATE,
  "end-date": A_DATE,
  "gmt-offset": /^[+-]?\d\d:?\d\d$/,
  remark: /^/,
});

/**
 * Whether these are names of columns: more than half of them of the kinds of the W3C's draft, or known otherwise; of
 * Exchange's, which commas part, the time.
 */
function isW3cFields(value: string): boolean {
  const hasCommas = !/[ \t]/.test(value) && value.includes(",");
  const titles = value.toLowerCase().split(hasCommas ? "," : /[ \t]+/);
  if (hasCommas && titles.some((title) => title === "date-time" || title === "datetime"))
    return titles.every((title) => TITLE.test(title));
  const known = titles.filter((title) => W3C_FIELD.test(title) || OTHER_FIELDS.has(title)).length;
  return known * 2 > titles.length && titles.every((title) => TITLE.test(title));
}

const TITLE = /^[a-z][\w.-]{0,80}(?:\([\w.-]{1,80}\))?$/;
/** `c-ip`, `cs-method`, `sc(Server)`, `x-edge-location`, `date`. */
const W3C_FIELD = /^(?:(?:cs|sc|sr|rs|c|s|r|x)[-(].+|(?:date|time)(?:-local|-time|-taken)?|bytes|cached)$/;
/** Names without a prefix: Windows Firewall, HTTP.sys, Windows Media, ISA, CloudFront. */
const OTHER_FIELDS: ReadonlySet<string> = new Set(
  (
    "timetakenms timestamp gmttime localtime action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype " +
    "icmpcode info path streamid filelength filesize avgbandwidth transport audiocodec videocodec channelurl rule filterinfo " +
    "fle-status fle-encrypted-fields sessionid session-id client-ip server-ip event-id"
  ).split(" "),
);

export function isOfW3c(header: string): boolean {
  return /^#(?:software|date|gmt-offset|fields):/.test(header);
}

export function isOfZeek(header: string): boolean {
  return header.startsWith("#") && !isOfW3c(header);
}

/** The header with `line` in the place of the one of that name. */
function replaced(header: string, name: string, line: string): string {
  const isOther = (one: string) =>
    one.slice(1, name.length + 1) !== name || /[\w-]/.test(one.charAt(name.length + 1));
  const others = header === "" ? [] : header.split("\n").filter(isOther);
  return [...others, line].join("\n");
}

/** The value of a directive of a header; undefined: it has none of that name. */
export function directive(header: string, name: string): string | undefined {
  const line = header
    .split("\n")
    .find((one) => one.startsWith(`#${name}`) && !/[\w-]/.test(one.charAt(name.length + 1)));
  return line?.slice(name.length + 2);
}

const FIELD_NAMES = /^[a-z][a-z-]{2,40}(?: [a-z0-9-]{3,40}){2,60}$/;

/** The names of fields of VPC flow logs, which begin the files that are kept in S3. */
export function isFieldNames(line: string): boolean {
  return FIELD_NAMES.test(line) && line.split(" ").every((name) => FLOW_FIELDS.has(name));
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html, versions 2 to 10. */
const FLOW_FIELDS: ReadonlySet<string> = new Set(
  (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id " +
    "subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id " +
    "pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name " +
    "ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name " +
    "ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason resource-id encryption-status"
  ).split(" "),
);
