/** What Linux's kernel says: the uptime that stands first, audit records and packets. */

import type { EventWriter } from "../../../event/writer.js";
import { auditParts } from "../../security/audit/parts.js";
import { readPacket } from "./packets.js";

/** `[12345.678901] `, with the thread or the processor that CONFIG_PRINTK_CALLER adds. */
export const UPTIME = /^\[ {0,12}(\d{1,12}\.\d{6,9})\](?:\[ {0,8}([TC]\d{1,10})\])? ?/;

/** The parts of a text of the kernel that are fields; `uptime_s` is how long it runs. */
export const kernelText = {
  read(text: string, event: EventWriter): boolean {
    const uptime = UPTIME.exec(text);
    if (uptime !== null) event.number("uptime_s", withoutZeros(uptime[1]!));
    const rest = uptime === null ? text : text.slice(uptime[0].length);
    if (rest.startsWith("audit: ")) return auditParts(rest.slice(7), event) || uptime !== null;
    return readPacket(rest, event) || uptime !== null;
  },
};

/** As JSON has it: no zeros before the first digit. */
export function withoutZeros(text: string): string {
  return text.replace(/^0+(?=\d)/, "");
}
