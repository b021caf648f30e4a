/** Bodies that are fields from end to end. */

import { JsonFault, scanMembers } from "../../../json/members.js";
import type { Fields } from "../../normalise/normaliser.js";
import { isAuditRecord } from "../../security/audit/parts.js";
import { readCef } from "../../security/cef/cef.js";
import { readLeef } from "../../security/cef/leef.js";
import { readCheckPoint } from "../../security/pairs/check-point.js";
import { readFirewallPairs } from "../../security/pairs/firewall-pairs.js";
import { readPaloAlto } from "../../security/palo-alto.js";
import { JsonFields } from "../../structured/json.js";
import { LogfmtPairs } from "../../structured/logfmt.js";
import { readSnare } from "./snare.js";

/** Undefined when the body is no such record. */
export function recordOf(body: string, service: string | undefined): Fields | undefined {
  switch (body.charCodeAt(0)) {
    case 0x7b:
      return jsonOf(body);
    case 0x40:
      // The cookie of lumberjack: what follows is an object.
      return body.startsWith("@cee:") ? jsonOf(body.slice(5)) : undefined;
    case 0x5b:
      return body.startsWith("[", 1) ? undefined : readCheckPoint(body);
    case 0x20:
      return body.charCodeAt(1) === 0x7b ? jsonOf(body) : undefined;
    default:
      return ofWords(body, service);
  }
}

function jsonOf(text: string): Fields | undefined {
  const members = scanMembers(text);
  return members instanceof JsonFault ? undefined : new JsonFields(text, members);
}

const logfmt = new LogfmtPairs();

function ofWords(body: string, service: string | undefined): Fields | undefined {
  const first = body.charCodeAt(0);
  if (first === 0x43 && body.startsWith("CEF:")) return readCef(body);
  if (first === 0x4c && body.startsWith("LEEF:")) return readLeef(body);
  if (first === 0x4d && body.startsWith("MSWinEventLog")) return readSnare(body);
  if (first >= 48 && first <= 57) return service === "CEF" ? readCef(`CEF:${body}`) : readPaloAlto(body);
  if (!beginsWithPair(body) || isAuditRecord(body)) return undefined;
  // A packet of netfilter whose rule has no prefix.
  if (first === 0x49 && body.startsWith("IN=") && body.includes(" SRC=")) return undefined;
  return readFirewallPairs(body) ?? (logfmt.read(body) && logfmt.pairCount > 1 ? logfmt : undefined);
}

/** Whether a word and an equals sign stand first. */
function beginsWithPair(body: string): boolean {
  const equals = body.indexOf("=");
  if (equals <= 0 || equals > 64) return false;
  const blank = body.indexOf(" ");
  return blank < 0 || blank > equals;
}
