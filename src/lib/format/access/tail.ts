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
 * | `key=value`, as nginx Amplify has it | the keys; nginx's short names of times in full; see pairs.ts |
 * | times of the request | see request-times.ts |
 */
import type { EventWriter } from "../../event/writer.js";
import { integer, loose, measure, text, writeGroups } from "../tables/columns.js";
import { pairsOf } from "./pairs.js";
import { namesOfPairs, writeTimes } from "./request-times.js";

/** Writes the fields of a tail; what is not understood goes to `extra`. `before`: text that is `extra` as well. */
export function writeTail(tail: string, event: EventWriter, before = ""): void {
  const left = unreadOf(tail, event);
  const extra = before === "" || left === "" ? before + left : `${before} ${left}`;
  if (extra !== "") event.text("extra", extra);
}

/** Writes what can be told apart; returns the rest. */
function unreadOf(tail: string, event: EventWriter): string {
  const first = tail.charCodeAt(0);
  const groups = isDigit(first)
    ? (TRAEFIK.exec(tail) ?? INGRESS.exec(tail))
    : first === DASH
      ? TRAEFIK.exec(tail)
      : null;
  if (groups !== null && writeGroups(groups, groups.length === 5 ? OF_TRAEFIK : OF_INGRESS, event)) return "";
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
  if (rest === "" || writeTimes(rest, event)) return "";
  const behind = FORWARDED_BEHIND.exec(rest);
  if (
    behind !== null &&
    !event.mayHave("x_forwarded_for") &&
    writeTimes(rest.slice(0, behind.index), event)
  ) {
    event.textIf("x_forwarded_for", behind[1]);
    return "";
  }
  return rest.includes("=") ? writePairs(rest, event) : rest;
}

const QUOTE = 0x22;
const DASH = 0x2d;
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

const PLAIN_ADDRESS = "(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[\\da-fA-F]{0,4}:[\\da-fA-F:.]{2,40})";
const ADDRESS = "(?:\\[?[\\da-fA-F.:]{3,45}\\]?(?::\\d{1,5})?|unknown)";
/** A number with decimals is none. */
const FORWARDED = new RegExp(`^"(?!\\d+\\.\\d+[",])(-?|${ADDRESS}(?:, ?${ADDRESS}){0,32})"(?: |$)`);
/** Behind a time: an address with a port may be that of an upstream. */
const FORWARDED_BEHIND = new RegExp(` "(-|${PLAIN_ADDRESS}(?:, ?${PLAIN_ADDRESS}){0,32})"$`);
const RATIO = /^"(\d{1,6}\.\d\d)"(?: |$)/;

/** Writes the pairs of a tail; returns what is none, or would be a second value of a field. */
function writePairs(tail: string, event: EventWriter): string {
  const { pairs, words, rest } = pairsOf(tail);
  if (pairs.size === 0) return tail;
  const left = words === "" || writeTimes(words, event) ? [] : [words];
  const nameOf = namesOfPairs(pairs);
  for (const [given, { value, written }] of pairs) {
    const name = nameOf(given);
    if (OWN.has(name) || event.mayHave(name)) left.push(written);
    else loose(name)(value, event);
  }
  return [...left, ...rest].join(" ");
}

/** Names that mean something else in an event. */
const OWN = new Set(["timestamp", "level", "message", "source", "raw", "extra"]);
