import type { Format } from "../format.js";
import { syslogRfc3164 } from "./rfc3164.js";
import { syslogRfc5424 } from "./rfc5424.js";
import { dovecot, exim, openvpn } from "./services/own-logs.js";
import { serviceText } from "./services/service-text.js";
import { syslog } from "./syslog.js";

/** Syslog, in the order in which `auto` tries the forms: the most particular first. */
export const syslogFormats: readonly Format[] = [
  dovecot,
  exim,
  openvpn,
  syslogRfc5424,
  syslogRfc3164,
  syslog,
];

/** Text without a header: tried behind all that has one. */
export const headlessFormats: readonly Format[] = [serviceText];
