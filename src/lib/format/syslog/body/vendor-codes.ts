/** Messages of Cisco, Huawei and H3C, which begin with a code in percent signs. */

import { table } from "../../../base/table.js";
import { levelOfSeverity } from "../../../event/level-words.js";
import type { EventWriter } from "../../../event/writer.js";
import type { SyslogHeader } from "../header/header.js";
import { ADDRESS, Phrases } from "./phrases.js";

/** `%ASA-6-302013: text`, `%LINK-3-UPDOWN: text`, `%FTD-session-6-302013: text`. */
const CISCO = /^%((?:[A-Z][A-Z0-9_]*)(?:-[A-Za-z0-9_]+){0,2})-([0-7])-([A-Z0-9_]{2,64}) ?:? ?/;
/** `%%01SHELL/5/CMDRECORD(s)[12]:text`, `%%10SHELL/5/SHELL_LOGIN: text`. */
const HUAWEI = /^%%\d\d([A-Z]\w{0,31})\/([0-7])\/(\w{1,64})(?:\([\w.]{1,16}\))?(?:\[(\d{1,20})\])?: ?/;

/** Writes header and message of such a body; false when it is none. */
export function readCode(body: string, header: SyslogHeader, event: EventWriter): boolean {
  const match = CISCO.exec(body);
  const found = match ?? HUAWEI.exec(body);
  if (found === null) return false;
  const [whole, service, severity, code] = found;
  // IOS-XR has the process before the code.
  if (header.process === undefined) header.service = service;
  header.messageId = match === null ? `${service}/${severity}/${code}` : `${service}-${severity}-${code}`;
  header.sequence ??= match === null ? found[4] : undefined;
  const text = body.slice(whole.length);
  header.write(event, levelOfSeverity(Number(severity)));
  event.text("message", text);
  if (service === "FTD" && text.includes(": ")) readEventPairs(text, event);
  else PHRASES[code!]?.read(text, event);
  return true;
}

const EVENT_PAIR = /(?:^|, )([A-Z][A-Za-z]{2,63}): ((?:(?!, [A-Z][A-Za-z]{2,63}: ).){1,4096})/gs;

/** `EventPriority: Low, DeviceUUID: ..., SrcIP: 192.0.2.1` of Firepower's connection and intrusion events. */
function readEventPairs(text: string, event: EventWriter): void {
  if (!/^[A-Z][A-Za-z]{2,63}: /.test(text)) return;
  const done = new Set<string>();
  for (const [, name, value] of text.matchAll(EVENT_PAIR)) {
    const target = name === "Message" ? "event_message" : (EVENT_NAMES[name!] ?? snakeCase(name!));
    if (done.has(target)) continue;
    done.add(target);
    if (/^(?:0|[1-9]\d{0,17})$/.test(value!)) event.number(target, value!);
    else event.textIf(target, value!.trim());
  }
}

const EVENT_NAMES: Readonly<Record<string, string>> = table({
  SrcIP: "src_ip",
  DstIP: "dst_ip",
  SrcPort: "src_port",
  DstPort: "dst_port",
  User: "user",
  URL: "url",
  Service: "event_service",
  Level: "event_level",
});

function snakeCase(name: string): string {
  const snake = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]{2,})([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
  return snake === "host" || snake === "timestamp" || snake === "message" || snake === "facility"
    ? `event_${snake}`
    : snake;
}

/** `outside:192.0.2.1/443`, with a user or a mapped address in parentheses behind it. */
const END = (name: string) =>
  `(?:(?<${name}_interface>[\\w.-]{1,64}):)?(?<${name}_ip>${ADDRESS})(?:[/(](?<${name}_port>\\d{1,5})\\)?)?`;
const MAPPED = "(?: ?\\([^)]{0,128}\\)){0,3}";

const built = new Phrases([
  `(?<action>Built)(?: (?<direction>inbound|outbound|local-host))? (?<protocol>[A-Z]{2,5}) connection (?<connection>\\d{1,12}) for ${END("src")}${MAPPED} to ${END("dst")}`,
]);
const teardown = new Phrases([
  `(?<action>Teardown)(?: (?<direction>dynamic|static|local-host))? (?<protocol>[A-Z]{2,5}) connection (?<connection>\\d{1,12}) for ${END("src")}${MAPPED} to ${END("dst")}${MAPPED} duration (?<duration>[\\d:]{1,16})(?: bytes (?<bytes>\\d{1,18}))?(?: (?<reason>[^(]{1,128}))?`,
]);
const denied = new Phrases([
  `(?<direction>Inbound) (?<protocol>TCP|UDP|ICMP) connection (?<action>denied) from ${END("src")} to ${END("dst")}(?: flags (?<tcp_flags>[A-Z]{2,8}(?: [A-Z]{2,8}){0,6}))?(?: {1,2}on interface (?<interface>[\\w.-]{1,64}))?`,
  `(?<action>Deny|Dropping) (?<direction>inbound|outbound) (?:\\(No xlate\\) )?(?<protocol>tcp|udp|icmp|TCP|UDP|ICMP|IP|protocol \\d{1,3}) (?:src |from )${END("src")} (?:dst |to )${END("dst")}(?: \\(type (?<icmp_type>\\d{1,3}), code (?<icmp_code>\\d{1,3})\\))?(?: due to (?<reason>[\\w ]{1,128}))?(?: on interface (?<interface>[\\w.-]{1,64}))?`,
  `(?<action>Deny|Dropping)(?: (?<protocol>tcp|udp|icmp|TCP|UDP|ICMP|IP|protocol \\d{1,3}))?(?: echo request from| (?:\\(no connection\\) )?(?:src|from)|) ${END("src")}(?:\\([^)]{1,128}\\))? (?:dst|to) ${END("dst")}(?: \\(type (?<icmp_type>\\d{1,3}), code (?<icmp_code>\\d{1,3})\\))?(?: flags (?<tcp_flags>[A-Z]{2,8}(?: [A-Z]{2,8}){0,6}) {1,2}on interface (?<interface>[\\w.-]{1,64}))?(?:.{0,64}? by access-group "(?<rule>[^"]{1,128})")?`,
]);
const accessList = new Phrases([
  `access-list (?<rule>\\S{1,128}) (?<action>permitted|denied|est-allowed) (?<protocol>\\w{1,16}) (?<src_interface>[\\w.-]{1,64})\\/(?<src_ip>${ADDRESS})\\((?<src_port>\\d{1,5})\\)(?:\\([^)]{0,128}\\))? ?-> ?(?<dst_interface>[\\w.-]{1,64})\\/(?<dst_ip>${ADDRESS})\\((?<dst_port>\\d{1,5})\\)(?:\\([^)]{0,128}\\))? hit-cnt (?<hits>\\d{1,10})`,
]);
const iosList = new Phrases([
  `list (?<rule>\\S{1,128}) (?<action>permitted|denied) (?<protocol>\\w{1,16}) (?<src_ip>${ADDRESS})(?:\\((?<src_port>\\d{1,5})\\))? (?:\\([^)]{1,64}\\) )?-> (?<dst_ip>${ADDRESS})(?:\\((?<dst_port>\\d{1,5})\\))?(?: \\((?<icmp_type>\\d{1,3})\\/(?<icmp_code>\\d{1,3})\\))?, (?<packets>\\d{1,12}) packets?`,
]);
const asaLogin = new Phrases([
  `(?:AAA )?(?:user )?(?<action>authentication|authorization|accounting|login)? ?(?<result>Successful|Rejected|permitted|denied|Denied)? ?:? ?(?:reason = (?<reason>[^:]{1,128}?) ?: )?(?:(?:local database|server = ?) ?:? ?(?<server_ip>${ADDRESS})? ?:? ?)?user = (?:(?<user>.{1,256}) : user IP = (?<client>${ADDRESS})|(?<user>\\S{1,256}))`,
  `Login (?<result>permitted|denied) from (?<client>${ADDRESS})\\/(?<client_port>\\d{1,5}) to (?<interface>[\\w.-]{1,64}):(?<server_ip>${ADDRESS})\\/(?<protocol>\\w{1,16}) for user "(?<user>[^"]{1,256})"`,
  `User '(?<user>[^']{1,256})'(?:, running '[^']{1,64}' from IP (?<client>${ADDRESS}),)? executed (?:the )?'?(?<command>.{1,1024}?)'?(?: command)?\\.?$`,
  `Group (?:= )?<?(?<group>[^>,]{1,128})>?,? User (?:= )?<?(?<user>.{1,256}?)>?,? IP (?!.* IP [<=])(?:= )?<?(?<client>${ADDRESS})>?`,
  `Group = (?<group>[^,]{1,128}), Username = (?<user>.{1,256}), IP = (?<client>${ADDRESS})`,
]);
const interfaceState = new Phrases([
  `(?:Line protocol on )?Interface (?<interface>[\\w./:-]{1,64}), changed state to (?<state>[\\w ]{1,32})`,
]);
const iosLogin = new Phrases([
  `Login (?<result>Success|failed) \\[user: (?<user>.{0,256})\\] \\[Source: (?<client>[^\\]]{1,64})\\] \\[localport: (?<server_port>\\d{1,5})\\](?: \\[Reason: (?<reason>[^\\]]{1,256})\\])?`,
]);
const configured = new Phrases([
  `Configured from (?<method>\\S{1,64}) by (?<user>\\S{1,256})(?: on (?<tty>\\S{1,32}))?(?: \\((?<client>${ADDRESS})\\))?`,
]);

const PHRASES: Readonly<Record<string, Phrases | undefined>> = table({
  "302013": built,
  "302015": built,
  "302020": new Phrases([
    `(?<action>Built) (?<direction>inbound|outbound) (?<protocol>ICMP) connection for faddr (?<src_ip>${ADDRESS})(?:\\/(?<src_port>\\d{1,5}))?${MAPPED} gaddr (?<nat_ip>${ADDRESS})\\/\\d{1,5} laddr (?<dst_ip>${ADDRESS})(?:\\/(?<dst_port>\\d{1,5}))?`,
  ]),
  "302014": teardown,
  "302016": teardown,
  "302021": new Phrases([
    `(?<action>Teardown) (?<protocol>ICMP) connection for faddr (?<src_ip>${ADDRESS})(?:\\/(?<src_port>\\d{1,5}))?${MAPPED} gaddr (?<nat_ip>${ADDRESS})\\/\\d{1,5} laddr (?<dst_ip>${ADDRESS})(?:\\/(?<dst_port>\\d{1,5}))?`,
  ]),
  "106001": denied,
  "106006": denied,
  "106007": denied,
  "106010": denied,
  "106011": denied,
  "106014": denied,
  "106015": denied,
  "106021": denied,
  "106023": denied,
  "710003": new Phrases([
    `(?<protocol>\\w{1,16}) access (?<action>denied|permitted) by ACL from ${END("src")} to ${END("dst")}`,
  ]),
  "106100": accessList,
  "113004": asaLogin,
  "113005": asaLogin,
  "113008": asaLogin,
  "113012": asaLogin,
  "113015": asaLogin,
  "113019": asaLogin,
  "113039": asaLogin,
  "111008": asaLogin,
  "111010": asaLogin,
  "605004": asaLogin,
  "605005": asaLogin,
  "716001": asaLogin,
  "716002": asaLogin,
  "716038": asaLogin,
  "716039": asaLogin,
  "722022": asaLogin,
  "722051": asaLogin,
  UPDOWN: interfaceState,
  CHANGED: interfaceState,
  LOGIN_SUCCESS: iosLogin,
  LOGIN_FAILED: iosLogin,
  CONFIG_I: configured,
  IPACCESSLOGP: iosList,
  IPACCESSLOGDP: iosList,
  IPACCESSLOGNP: iosList,
  IPACCESSLOGS: new Phrases([
    `list (?<rule>\\S{1,128}) (?<action>permitted|denied) (?<src_ip>${ADDRESS}) (?<packets>\\d{1,12}) packets?`,
  ]),
});
