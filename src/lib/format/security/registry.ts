// Enter here: logs of firewalls, audit and security devices.

import type { Format } from "../format.js";
import { auditd } from "./audit/auditd.js";
import { cef } from "./cef/cef.js";
import { leef } from "./cef/leef.js";
import { fortigate } from "./pairs/fortigate.js";
import { sonicwall } from "./pairs/sonicwall.js";
import { sophos } from "./pairs/sophos.js";
import { paloAlto } from "./palo-alto.js";

/** Logs of firewalls, audit and security devices, the most particular first. */
export const securityFormats: readonly Format[] = [auditd, cef, leef, fortigate, sonicwall, sophos, paloAlto];
