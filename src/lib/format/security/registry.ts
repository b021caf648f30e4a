// Enter here: logs of firewalls, audit and security devices.

import type { Format } from "../format.js";
import { auditd } from "./audit/auditd.js";
import { cef } from "./cef/cef.js";
import { leef } from "./cef/leef.js";
import { fail2ban } from "./hosts/fail2ban.js";
import { kernel } from "./hosts/kernel.js";
import { ossec } from "./hosts/ossec.js";
import { fastAlert } from "./packets/fast-alert.js";
import { filterlog } from "./packets/filterlog.js";
import { netfilter } from "./packets/netfilter.js";
import { fortigate } from "./pairs/fortigate.js";
import { sonicwall } from "./pairs/sonicwall.js";
import { sophos } from "./pairs/sophos.js";
import { paloAlto } from "./palo-alto.js";

/** Logs of firewalls, audit and security devices, the most particular first. */
export const securityFormats: readonly Format[] = [
  auditd,
  cef,
  leef,
  fortigate,
  sonicwall,
  sophos,
  paloAlto,
  fail2ban,
  ossec,
  fastAlert,
  filterlog,
];

/** Those whose lines begin as others' do: tried behind syslog and the access logs. */
export const lateSecurityFormats: readonly Format[] = [kernel, netfilter];
