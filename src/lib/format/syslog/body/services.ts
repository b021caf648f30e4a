/** Which phrases a service writes. */

import type { EventWriter } from "../../../event/writer.js";
import { auditParts, isAuditRecord } from "../../security/audit/parts.js";
import { readExim } from "./exim.js";
import * as flows from "./flows.js";
import { kernelText, UPTIME } from "./kernel.js";
import * as logins from "./logins.js";
import * as mail from "./mail.js";
import * as network from "./network.js";
import { readFilterlog, readPacket } from "./packets.js";

export { readCode } from "./vendor-codes.js";

/** Reads the parts of a text that are fields; writes nothing when it returns false. */
export interface TextReader {
  read(text: string, event: EventWriter): boolean;
}

const READERS = new Map<string, TextReader>();
function add(names: string, reader: TextReader): void {
  for (const name of names.split(" ")) READERS.set(name, reader);
}
add("sshd sshd-session sshd-auth", logins.sshd);
add("dropbear", logins.dropbear);
add("sudo", logins.sudo);
add("su", logins.su);
add("cron crond anacron atd", logins.cron);
add("systemd-logind", logins.logind);
add("systemd", logins.systemd);
add("login getty agetty", logins.login);
add("vmkernel vmkwarning vmkalert hostd vpxa fdm rhttpproxy vobd settingsd apiforwarder", logins.esxi);
add("openvpn", logins.openvpn);
add("charon charon-systemd ipsec strongswan", logins.charon);
add("lfd", logins.lfd);
add("dovecot", { read: mail.readDovecot });
for (const process of "imap-login pop3-login managesieve-login submission-login auth auth-worker lmtp lda".split(
  " ",
))
  add(process, { read: (text, event) => mail.readDovecot(`${process}: ${text}`, event) });
add("exim exim4", { read: readExim });
add("amavis amavisd", { read: mail.readAmavis });
add("mailscanner", mail.mailscanner);
add("sendmail sm-mta sm-msp-queue sendmail-mta", { read: mail.readMail });
add("dhcpd dhcpd3 dhclient dhcp isc-dhcp-server", network.dhcpd);
add("dnsmasq dnsmasq-dhcp pihole-ftl", network.dnsmasq);
add("named bind bind9", network.named);
add("fail2ban fail2ban-server fail2ban.actions fail2ban.filter", network.fail2ban);
add("snort suricata snort3", network.alerts);
add("ntpd chronyd", network.ntpd);
add("filterlog pf", { read: readFilterlog });
add("flows urls firewall vpn_firewall cellular_firewall ip_flow_start ip_flow_end", flows.meraki);
add("rt_flow", flows.junosFlow);
add("kernel", kernelText);
const audit: TextReader = { read: auditParts };
add("audit audispd audisp-syslog auditd", audit);
const postfix: TextReader = { read: mail.readMail };
const packets: TextReader = { read: readPacket };

/** Undefined when nothing is known of the service. */
export function readerOf(service: string | undefined): TextReader | undefined {
  return service === undefined ? undefined : find(service);
}

/** Undefined when nothing is known of such a text, of whatever service. */
export function readerOfText(text: string): TextReader | undefined {
  switch (text.charCodeAt(0)) {
    case 0x70:
    case 0x50:
      if (text.startsWith("pam_") || text.startsWith("PAM ")) return logins.pam;
      break;
    case 0x5b:
      if (UPTIME.test(text)) return kernelText;
      break;
    case 0x4e:
      if (text.startsWith("NetScreen ")) return flows.netscreen;
      break;
    case 0x74:
    case 0x6e:
      if (isAuditRecord(text)) return audit;
  }
  return text.includes(" SRC=") ? packets : undefined;
}

function find(service: string): TextReader | undefined {
  const name = service.toLowerCase();
  if (
    /^postfix(?:-[\w.]+)?(?:\/|$)/.test(name) ||
    /\/(?:smtpd|smtp|qmgr|cleanup|lmtp|local|pickup|bounce|postscreen)$/.test(name)
  )
    return postfix;
  const base = name.slice(name.lastIndexOf("/") + 1).replace(/^\(|\)$/g, "");
  return READERS.get(base);
}
