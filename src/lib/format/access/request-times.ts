/**
 * How long a request took, where the tail of a line says so by its form. Names are those of nginx's variables, in
 * seconds: `request_time`, `upstream_response_time` (text where several upstreams were tried: `0.010, 0.040`).
 *
 * | tail | what it is |
 * |---|---|
 * | `0.012`, `"0.012"`, `0.012 0.010 .` | nginx: `$request_time`, then `$upstream_response_time`, then `$pipe`: seconds to three digits (`0.012345` of gunicorn: six) |
 * | `rt=0.012 uct=0.001 uht=0.010 urt=0.010` | the same by the names of nginx's and Amplify's examples |
 * | `0/12345`, `**0/12345**`, `-- 0 @ 12345 --` | Apache's `%T/%D`: both say the same in seconds and microseconds |
 * | `12345us`, `0.012s` | the unit beside it |
 * | `12ms`, `0.853 ms` | `duration_ms` |
 *
 * One whole number alone may be seconds, microseconds or bytes: it stays as it is.
 */
import type { EventWriter } from "../../event/writer.js";

const SECONDS = "\\d{1,6}\\.\\d{3}(?:\\d{3})?";
/** One time for each upstream that was tried, `-` where it gave none. */
const UPSTREAM = `(?:${SECONDS}|-)(?:(?:,| :) (?:${SECONDS}|-)){0,16}`;
const NGINX = new RegExp(
  `^(?:"(${SECONDS})"|(${SECONDS}))(?: (?:"(${UPSTREAM})"|(${UPSTREAM})))?(?: "?[p.]"?)?$`,
);
/** Marks around, if there are any, stand on both sides. */
const APACHE = /^(?:(\*\*|--|\||\[|\() ?)?(\d{1,6})(?:\/| @ )(\d{1,12})( ?(?:\*\*|--|\||\]|\)))?$/;
const WITH_UNIT = /^(?:- )?"?(\d{1,9}(?:\.\d{1,6})?) ?(us|µs|μs|ms|s)"?$/;

/** Writes the times of a tail that is nothing else; false: it is something else. */
export function writeTimes(tail: string, event: EventWriter): boolean {
  if (event.mayHave("request_time")) return false;
  const nginx = NGINX.exec(tail);
  if (nginx !== null) {
    event.number("request_time", nginx[1] ?? nginx[2]!);
    writeUpstream(nginx[3] ?? nginx[4], event);
    return true;
  }
  const apache = APACHE.exec(tail);
  if (apache !== null) {
    const micros = Number(apache[3]);
    if (apache[2] !== String(Math.floor(micros / 1e6))) return false;
    if ((apache[1] === undefined) !== (apache[4] === undefined)) return false;
    event.number("request_time", secondsOf(micros));
    return true;
  }
  const [, amount, unit] = WITH_UNIT.exec(tail) ?? [];
  if (amount === undefined || /^0\d/.test(amount)) return false;
  if (unit === "ms") event.number("duration_ms", amount);
  else event.number("request_time", unit === "s" ? amount : secondsOf(Number(amount)));
  return true;
}

function writeUpstream(times: string | undefined, event: EventWriter): void {
  if (times === undefined || times === "-") return;
  if (/^[\d.]+$/.test(times)) event.number("upstream_response_time", times);
  else event.text("upstream_response_time", times);
}

/** Without the digits that only come from dividing. */
function secondsOf(micros: number): number {
  return Number((micros / 1e6).toFixed(9));
}

/** What the short names of pairs stand for where `rt` is a time as nginx writes it. */
const SHORT: Readonly<Record<string, string>> = {
  rt: "request_time",
  uct: "upstream_connect_time",
  uht: "upstream_header_time",
  urt: "upstream_response_time",
  ut: "upstream_response_time",
  ua: "upstream_addr",
  us: "upstream_status",
  ul: "upstream_response_length",
  cs: "upstream_cache_status",
};

/** The names that pairs have in an event: those of nginx's variables for its examples' short ones, in small letters. */
export function namesOfPairs(
  pairs: ReadonlyMap<string, { readonly value: string }>,
): (name: string) => string {
  const keys = new Map([...pairs.keys()].map((name) => [name.toLowerCase(), name]));
  const time = keys.get("rt") ?? keys.get("request_time");
  const isNginx = time !== undefined && ONE_TIME.test(pairs.get(time)!.value);
  return (name) => {
    const lower = name.toLowerCase();
    const full = Object.hasOwn(SHORT, lower) && isNginx ? SHORT[lower]! : NAMES.has(lower) ? lower : name;
    return (full !== lower && keys.has(full)) || (lower === "ut" && keys.has("urt")) ? name : full;
  };
}

const NAMES = new Set(["request_time", ...Object.values(SHORT)]);
const ONE_TIME = new RegExp(`^${SECONDS}$`);
