/** Check Point's Log Exporter, in the body of syslog. */

import { epochTime } from "../../../base/time/read-time.js";
import { quote } from "../../../event/writer.js";
import { PairFields } from "../../structured/pairs/pairs.js";

const PAIR = /([A-Za-z_][\w. -]{0,63}):"((?:[^"\\]|\\.)*)"(?:; ?|(?=\]))/y;

/**
 * `[action:"Accept"; ifdir:"inbound"; src:"192.0.2.1"]`; undefined when it is anything else. `time`, in seconds, is the
 * timestamp.
 */
export function readCheckPoint(text: string): PairFields | undefined {
  const fields = new PairFields();
  let at = 1;
  PAIR.lastIndex = at;
  for (let match = PAIR.exec(text); match !== null; match = PAIR.exec(text)) {
    at = PAIR.lastIndex;
    fields.bare(match[1]!, match[2]!.replace(/\\(["\\])/g, "$1"));
  }
  if (fields.names.length === 0 || text.charCodeAt(at) !== 0x5d || text.length > at + 1) return undefined;
  const time = epochTime((fields.get("time") ?? "").replace(/"/g, ""));
  if (time !== undefined) {
    fields.take("time");
    fields.first("timestamp", quote(time));
  }
  return fields;
}
