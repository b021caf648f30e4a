/** Firewalls whose lines are pairs: which one it is, and what its time and level are. */

import { epochTime, timeOf } from "../../../base/time/read-time.js";
import { type Level, levelOfSeverity, levelOfWord } from "../../../event/level-words.js";
import { quote } from "../../../event/writer.js";
import { joinDateAndTime } from "../../structured/pairs/date-and-time.js";
import type { PairFields } from "../../structured/pairs/pairs.js";
import { OF_TRAFFIC } from "../of-traffic.js";
import { readQuotedPairs } from "./quoted-pairs.js";

/** What tells a product's lines: how they begin, and a key that they have. */
const PRODUCTS = {
  fortigate: {
    starts: /^(?:date=\d{4}-\d\d-\d\d time=\d\d:|itime=\d|logver=\d|timestamp=\d{10} )/,
    key: /\b(?:devid|logid|devname|vd)=/,
  },
  sonicwall: { starts: /^id=\S{1,64} (?:sn=\w{12,16} )?(?:sn|time|fw|pri)=/, key: /\b(?:sn|fw)=/ },
  sophos: { starts: /^device(?:_name)?="[^"]{1,64}" (?:date|timestamp)=/, key: /\blog_(?:id|type)=/ },
} as const;

export type FirewallProduct = keyof typeof PRODUCTS;

/** The pairs of a line of one of these products; undefined when it is none. */
export function readFirewallPairs(text: string, product?: FirewallProduct): PairFields | undefined {
  const names = product === undefined ? (Object.keys(PRODUCTS) as FirewallProduct[]) : [product];
  const found = names.find((name) => PRODUCTS[name].starts.test(text) && PRODUCTS[name].key.test(text));
  const fields = found === undefined ? undefined : readQuotedPairs(text);
  if (found === undefined || fields === undefined) return undefined;
  READERS[found](fields);
  fields.unclaimed = OF_TRAFFIC;
  return fields;
}

const READERS: Readonly<Record<FirewallProduct, (fields: PairFields) => void>> = {
  fortigate(fields) {
    const level = wordOf(fields, "level") ?? wordOf(fields, "pri");
    const eventTime = plain(fields.get("eventtime") ?? "");
    // Nanoseconds since 6.2, seconds before.
    const exact = /^\d{9,19}$/.test(eventTime) ? epochTime(eventTime) : undefined;
    const joined = joinDateAndTime(fields, ["tz", "timezone"]);
    const time = exact ?? joined;
    if (exact !== undefined) {
      for (const name of ["eventtime", "date", "time"]) fields.take(name);
    }
    setFirst(fields, level, time);
  },
  sonicwall(fields) {
    const priority = plain(fields.get("pri") ?? "");
    const time = timeOf(plain(fields.get("time") ?? ""));
    if (time !== undefined) fields.take("time");
    setFirst(fields, /^[0-7]$/.test(priority) ? levelOfSeverity(Number(priority)) : undefined, time);
  },
  sophos(fields) {
    const level = wordOf(fields, "priority") ?? wordOf(fields, "severity");
    setFirst(fields, level, joinDateAndTime(fields, ["timezone"]));
  },
};

function setFirst(fields: PairFields, level: Level | undefined, time: string | undefined): void {
  if (level !== undefined) {
    fields.take("level");
    fields.first("level", quote(level));
  }
  if (time !== undefined) {
    fields.take("timestamp");
    fields.first("timestamp", quote(time));
  }
}

function wordOf(fields: PairFields, name: string): Level | undefined {
  const raw = fields.get(name);
  return raw === undefined ? undefined : levelOfWord(plain(raw));
}

function plain(raw: string): string {
  return raw.startsWith('"') ? raw.slice(1, -1) : raw;
}
