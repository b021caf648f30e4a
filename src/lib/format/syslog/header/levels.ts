/**
 * Levels beside the tag: `notice tmm[12]:` of F5, `daemon.info dnsmasq[1]:` of BusyBox, `In(14) ConfigStore[100]:` of
 * ESXi.
 */

import { table } from "../../../base/table.js";
import { FACILITIES, type SyslogHeader } from "./header.js";

const LEVEL =
  /<?(?:(kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|ntp|security|console|local[0-7])\.)?(emerg|alert|crit|err|error|warn|warning|notice|info|debug)>? (?=[\w/.-]{1,64}(?:\[\d{1,10}\])?: )/y;
const ESXI =
  /(Em|Al|Cr|Er|Wa|No|In|Db)\(0?(\d{1,3})\)(?:\[\+\])? (?=[\w.-]{1,64}(?:\[\d{1,19}\])?:?(?: |$))/y;
const ESXI_LEVELS: Readonly<Record<string, string>> = table({
  Em: "emerg",
  Al: "alert",
  Cr: "crit",
  Er: "error",
  Wa: "warn",
  No: "notice",
  In: "info",
  Db: "debug",
});

/** Behind the level at `at`, or `at`. */
export function behindLevel(line: string, at: number, header: SyslogHeader): number {
  const behind = behindEsxiLevel(line, at, header);
  if (behind > at) return behind;
  LEVEL.lastIndex = at;
  const match = LEVEL.exec(line);
  if (match === null) return at;
  header.facility = match[1];
  header.level = match[2];
  return LEVEL.lastIndex;
}

/** As `behindLevel`, of ESXi alone. */
export function behindEsxiLevel(line: string, at: number, header: SyslogHeader): number {
  if (line.charCodeAt(at + 2) !== 40) return at;
  ESXI.lastIndex = at;
  const match = ESXI.exec(line);
  if (match === null || Number(match[2]) > 191) return at;
  header.level = ESXI_LEVELS[match[1]!];
  header.facility = FACILITIES[Number(match[2]) >> 3];
  return ESXI.lastIndex;
}
