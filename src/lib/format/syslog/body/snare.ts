/** Windows' events as Snare gives them to syslog: parts apart by tabs. */

import { table } from "../../../base/table.js";
import { timeOf } from "../../../base/time/read-time.js";
import { quote } from "../../../event/writer.js";
import { PairFields } from "../../structured/pairs/pairs.js";

/**
 * `MSWinEventLog TAB criticality TAB log TAB counter TAB time TAB event id TAB source TAB user TAB kind of SID TAB kind
 * of event TAB computer TAB category TAB data TAB text TAB checksum`. rsyslog writes the tabs as `#011`.
 */
export function readSnare(body: string): PairFields | undefined {
  const parts = (body.includes("\t") ? body : body.replaceAll("#011", "\t")).split("\t");
  if (parts.length < 12 || !/^\d{1,6}$/.test(parts[5]!)) return undefined;
  const time = timeOf(parts[4]!);
  const level = LEVELS[parts[9]!] ?? LEVELS[Number(parts[1])];
  const fields = new PairFields();
  if (time !== undefined) fields.put("timestamp", quote(time));
  if (level !== undefined) fields.put("level", quote(level));
  for (const [at, name] of NAMES.entries()) {
    const value = parts[at]?.trim() ?? "";
    if (name === "" || value === "" || value === "N/A") continue;
    if (name === "event_id") fields.bare(name, value);
    else fields.text(name, value);
  }
  fields.text("message", (parts[13]?.trim() || parts[12]?.trim()) ?? "");
  return fields;
}

const NAMES = [
  "",
  "",
  "event_log",
  "record",
  "",
  "event_id",
  "provider",
  "user",
  "sid_type",
  "event_type",
  "computer",
  "category",
] as const;

/** By the kind of event, else by criticality, 0 to 4. */
const LEVELS: Readonly<Record<string, string>> = table({
  Information: "info",
  "Success Audit": "info",
  "Failure Audit": "warn",
  Warning: "warn",
  Error: "error",
  Critical: "fatal",
  0: "info",
  1: "info",
  2: "warn",
  3: "error",
  4: "fatal",
});
