/** Services of a network: DHCP, DNS, time, and fail2ban, snort and others that watch it. */

import { ADDRESS, Phrases } from "./phrases.js";

const MAC = "(?<mac>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})";

export const dhcpd = new Phrases([
  `(?<action>DHCP[A-Z]{2,12}) (?:of|on|for|to) (?<client>${ADDRESS}) (?:\\((?<server_ip>${ADDRESS})\\) )?(?:to|from) ${MAC}(?: \\((?<client_name>[^)]{1,253})\\))?(?: via (?<interface>[\\w.:-]{1,64}))?(?:: (?<reason>.{1,256}))?`,
  `(?<action>DHCP[A-Z]{2,12}) from (?:${MAC}|(?<client>${ADDRESS}))(?: \\((?<client_name>[^)]{1,253})\\))? via (?<interface>[\\w.:-]{1,64})(?:: (?<reason>.{1,256}))?`,
  `(?<action>DHCP[A-Z]{2,12}) (?:of|on|for|to) (?<client>${ADDRESS})`,
  `(?<action>DHCP[A-Z]{2,12})\\((?<interface>[\\w.:-]{1,64})\\) (?:(?<client>${ADDRESS}) )?${MAC}(?: (?<client_name>\\S{1,253}))?`,
]);

export const dnsmasq = new Phrases([
  `(?:(?<serial>\\d{1,10}) (?<client>${ADDRESS})\\/(?<client_port>\\d{1,5}) )?query\\[(?<query_type>[\\w=]{1,16})\\] (?<query>.{1,255}) from (?<client>${ADDRESS})$`,
  `(?:(?<serial>\\d{1,10}) (?<client>${ADDRESS})\\/(?<client_port>\\d{1,5}) )?(?<action>forwarded) (?<query>\\S{1,255}) to (?<server_ip>${ADDRESS})`,
  `(?:(?<serial>\\d{1,10}) (?<client>${ADDRESS})\\/(?<client_port>\\d{1,5}) )?(?<action>reply|cached|config|gravity blocked|exactly blocked|regex blacklisted|\\/etc\\/hosts|\\/\\S{1,255}) (?<query>\\S{1,255}) is (?<answer>\\S{1,255})`,
  `(?<action>DHCP[A-Z]{2,12})\\((?<interface>[\\w.:-]{1,64})\\) (?:(?<client>${ADDRESS}) )?${MAC}(?: (?<client_name>\\S{1,253}))?`,
]);

export const named = new Phrases([
  `(?:[\\w-]{1,32}: )?(?:info: |warning: |error: )?client (?:@0x[0-9a-f]{1,16} )?(?<client>${ADDRESS})#(?<client_port>\\d{1,5})(?: \\((?<query>[^)]{1,255})\\))?: (?:view (?<view>[\\w.-]{1,64}): )?(?:query: (?<query_name>\\S{1,255}) (?<query_class>[A-Z]{2,8}) (?<query_type>\\w{1,16}) (?<flags>[+-]\\S{0,16})(?: \\((?<server_ip>${ADDRESS})\\))?|query(?: \\(cache\\))? '(?<query_name>[^'/]{1,255})\\/(?<query_type>\\w{1,16})\\/(?<query_class>\\w{1,8})' (?<action>denied|approved)|)`,
  `zone (?<zone>[^\\s/]{1,255})\\/(?<query_class>\\w{1,8})(?:\\/(?<view>[\\w.-]{1,64}))?: `,
]);

export const fail2ban = new Phrases([
  `(?:fail2ban\\.(?<logger>\\w{1,32}) {0,16}(?:\\[\\d{1,10}\\])?: (?<level_word>[A-Z]{4,8}) {1,8})?\\[(?<jail>[\\w.@-]{1,128})\\] (?<action>Ban|Unban|Found|Restore Ban|Increase Ban|Ignore|Already banned:?|Restore|Flush|WARNING Ban|NOTICE Ban) (?:ip: )?(?<client>${ADDRESS})`,
  `(?<level_word>[A-Z]{4,8}) {1,8}\\[(?<jail>[\\w.@-]{1,128})\\] (?<action>Ban|Unban|Found|Restore Ban|Increase Ban|Ignore|Already banned:?) (?:ip: )?(?<client>${ADDRESS})`,
]);

/**
 * `[1:2008578:4] ET SCAN ... [Classification: ...] [Priority: 2] {UDP} 192.0.2.1:5116 -> 192.0.2.2:5060` of snort and
 * suricata.
 */
export const ALERT = `\\[(?<generator_id>\\d{1,10}):(?<signature_id>\\d{1,10}):(?<revision>\\d{1,10})\\] (?<signature>.{1,512}?) {0,4}(?:\\[\\*\\*\\] {0,4})?(?:\\[Classification: (?<classification>[^\\]]{0,256})\\] )?(?:\\[Priority: (?<priority>\\d{1,3})\\]:? {0,4})?(?:<(?<interface>[^>]{1,64})> )?\\{(?<protocol>[\\w-]{1,32})\\} (?:(?<src_ip>${ADDRESS}?)(?::(?<src_port>\\d{1,5}))? -> (?<dst_ip>${ADDRESS}?)(?::(?<dst_port>\\d{1,5}))?)$`;
export const alerts = new Phrases([ALERT]);

export const ntpd = new Phrases([
  `(?:adjust time server (?<server_ip>${ADDRESS}) offset (?<offset_s>[+-]?[\\d.]{1,16}) sec|Selected source (?<server_ip>${ADDRESS})|Source (?<server_ip>${ADDRESS}) )`,
]);
