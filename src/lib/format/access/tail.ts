/**
 * What servers put behind the user agent. Only what the layout itself says is taken apart: what is one number or one
 * word could be anything, and stays as `extra`.
 *
 * | tail | fields |
 * |---|---|
 * | ingress-nginx: `LENGTH TIME [UPSTREAM] [ALTERNATIVE] ADDR LENGTH TIME STATUS ID` | the names of nginx's variables; several upstreams are text |
 * | Traefik: `COUNT "ROUTER" "URL" 12ms` | `request_count`, `router`, `service_url`, `duration_ms` |
 * | a quoted list of addresses, or `"-"` | `x_forwarded_for` |
 * | a quoted number with two decimals | `gzip_ratio` |
 * | `key=value` to the end, as nginx Amplify has it | the keys; nginx's short names of times in full |
 * | times of the request | see request-times.ts |
 */
import type { EventWriter } from "../../event/writer.js";
import { integer, loose, measure, text, writeGroups } from "../tables/columns.js";
import { namesOfPairs, writeTimes } from "./request-times.js";

/** Writes the fields of a tail; what is not understood goes to `extra`. `names`: those that the line has otherwise. */
export function writeTail(tail: string, event: EventWriter): void {
  const first = tail.charCodeAt(0);
  const groups = isDigit(first)
    ? (TRAEFIK.exec(tail) ?? INGRESS.exec(tail))
    : first === DASH
      ? TRAEFIK.exec(tail)
      : null;
  if (groups !== null && writeGroups(groups, groups.length === 5 ? OF_TRAEFIK : OF_INGRESS, event)) return;
  let rest = tail;
  const forwarded = first === QUOTE ? FORWARDED.exec(tail) : null;
  // A list in the place of the client's address is the same one.
  if (forwarded !== null && !(forwarded[1] !== "-" && event.mayHave("x_forwarded_for"))) {
    event.textIf("x_forwarded_for", forwarded[1]);
    rest = tail.slice(forwarded[0].length);
  }
  const ratio = RATIO.exec(rest);
  if (ratio !== null) {
    event.number("gzip_ratio", ratio[1]!);
    rest = rest.slice(ratio[0].length);
  }
  if (rest === "") return;
  // Pairs begin with a letter, and times never do.
  const isRead = rest.charCodeAt(0) >= FIRST_LETTER ? writePairs(rest, event) : writeTimes(rest, event);
  if (!isRead) event.text("extra", rest);
}

const QUOTE = 0x22;
const DASH = 0x2d;
const FIRST_LETTER = 0x61;
const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

const TRAEFIK = /^(\d{1,15}|-) (?:"([^"]{0,512})"|-) (?:"([^"]{0,2048})"|-) (\d{1,12})ms$/;
const OF_TRAEFIK = [integer("request_count"), text("router"), text("service_url"), integer("duration_ms")];

/** One value, or one for each upstream that was tried. */
const LIST = "([^\\s,]{1,128}(?:(?:,| :) [^\\s,]{1,128}){0,16})";
const INGRESS = new RegExp(
  `^(\\d{1,15}) (\\d{1,9}\\.\\d{3}) \\[([^\\]]{0,256})\\] (?:\\[([^\\]]{0,256})\\] )?${LIST} ${LIST} ${LIST} ${LIST} (\\S{1,128})$`,
);
const OF_INGRESS = [
  integer("request_length"),
  measure("request_time"),
  text("proxy_upstream_name"),
  text("proxy_alternative_upstream_name"),
  text("upstream_addr"),
  loose("upstream_response_length"),
  loose("upstream_response_time"),
  loose("upstream_status"),
  text("request_id"),
];

const ADDRESS = "(?:\\[?[\\da-fA-F.:]{3,45}\\]?(?::\\d{1,5})?|unknown)";
/** A number with decimals is none. */
const FORWARDED = new RegExp(`^"(?!\\d+\\.\\d+[",])(-?|${ADDRESS}(?:, ?${ADDRESS}){0,32})"(?: |$)`);
const RATIO = /^"(\d{1,6}\.\d\d)"(?: |$)/;

const PAIRS =
  /^[a-z][a-z0-9_]{0,31}=(?:"[^"]{0,4096}"|[^\s"=]{0,1024})(?: [a-z][a-z0-9_]{0,31}=(?:"[^"]{0,4096}"|[^\s"=]{0,1024})){0,63}$/;
const PAIR = /([a-z][a-z0-9_]{0,31})=(?:"([^"]{0,4096})"|([^\s"=]{0,1024}))(?: |$)/g;

/** False where it is anything but pairs, or one has the name of a field that the line has. */
function writePairs(tail: string, event: EventWriter): boolean {
  if (!PAIRS.test(tail)) return false;
  const pairs = new Map<string, string>();
  let count = 0;
  for (const [, name, quoted, bare] of tail.matchAll(PAIR)) {
    pairs.set(name!, quoted ?? bare!);
    count++;
  }
  const nameOf = namesOfPairs(pairs);
  const names = [...pairs.keys()].map(nameOf);
  if (pairs.size < count || names.some((name) => event.mayHave(name) || OWN.has(name))) return false;
  let n = 0;
  for (const value of pairs.values()) loose(names[n++]!)(value, event);
  return true;
}

/** Names that mean something else in an event. */
const OWN = new Set(["timestamp", "level", "message", "source", "raw"]);
