/**
 * Records of Windows' event log, by the names that those who ship them as JSON give their parts: they have a scale of
 * levels of their own.
 */
import type { Level } from "../../event/level-words.js";
import { plainNumber } from "./level-choice.js";

/**
 * Whether a record is one: the number of the event beside what else no other program says of its own. Fluent Bit, NXLog
 * and Wazuh write `EventID`, Promtail and Alloy `event_id`, PowerShell `Id`.
 */
export function isWindowsEvent(has: (name: string) => boolean): boolean {
  if (has("EventID") || has("EventId")) return BESIDE_EVENT_ID.some(has);
  if (has("event_id"))
    return (has("computer") || has("computer_name")) && (has("channel") || has("log_name"));
  return has("Id") && has("LogName") && has("ProviderName");
}

const BESIDE_EVENT_ID = [
  "Channel",
  "Computer",
  "ComputerName",
  "EventRecordID",
  "ProviderName",
  "SourceName",
];

/** Those of winmeta.xml; audits of the security log have 0, and are shown as information. */
const LEVELS: readonly Level[] = ["info", "fatal", "error", "warn", "info", "trace"];

/**
 * JSON text of the level that a number in a field `level` of such a record means; undefined for any other field or
 * value.
 */
export function windowsLevel(name: string, raw: string, has: (name: string) => boolean): string | undefined {
  if (raw.length !== 1 && raw.length !== 3) return undefined;
  if (name !== "level" && name !== "Level") return undefined;
  const level = LEVELS[Number(plainNumber(raw) ?? -1)];
  return level === undefined || !isWindowsEvent(has) ? undefined : `"${level}"`;
}
