/** Connections as Meraki, Junos and NetScreen tell of them. */

import { table } from "../../../base/table.js";
import type { EventWriter } from "../../../event/writer.js";
import { ADDRESS, Phrases, writePart } from "./phrases.js";

/**
 * `allow src=192.0.2.1 dst=198.51.100.7 protocol=udp sport=5 dport=53`, `src=... request: GET https://example.org/`.
 */
const MERAKI =
  /^(?:(allow|deny) )?((?:[a-z_]{1,32}=\S{0,256}(?: |$)){1,16})(?:pattern: (.{1,512})|request: ([A-Z]{1,16}|UNKNOWN) (\S{1,4096}).{0,64})?$/;
const MERAKI_KEYS: ReadonlySet<string> = new Set(
  "src dst mac protocol sport dport translated_src_ip translated_dst_ip translated_port type agent".split(
    " ",
  ),
);

export const meraki = {
  read(text: string, event: EventWriter): boolean {
    const match = MERAKI.exec(text);
    if (match === null) return false;
    const [, action, pairs, pattern, method, url] = match;
    event.textIf("action", action);
    for (const pair of pairs!.trim().split(" ")) {
      const equals = pair.indexOf("=");
      const name = pair.slice(0, equals);
      if (MERAKI_KEYS.has(name)) writePart(PORTS[name] ?? name, pair.slice(equals + 1), event);
    }
    event.textIf("rule", pattern);
    event.textIf("method", method);
    event.textIf("url", url);
    return true;
  },
};

const PORTS: Readonly<Record<string, string>> = table({ sport: "src_port", dport: "dst_port" });

const ENDS = `(?<src_ip>${ADDRESS})\\/(?<src_port>\\d{1,5})->(?<dst_ip>${ADDRESS})\\/(?<dst_port>\\d{1,5})`;

/**
 * RT_FLOW of SRX, as text: `session created 192.0.2.1/5->198.51.100.7/80 junos-http ... 6 allow-all trust untrust
 * 1663`.
 */
export const junosFlow = new Phrases([
  `RT_FLOW_SESSION_\\w{1,24}: session (?<action>created|denied|closed)(?: (?<reason>[^:>]{1,64}):)? ${ENDS}(?: 0x[0-9a-f]{1,8})? (?:None|(?<flow_service>\\S{1,64})) .{0,256}?(?<protocol>\\d{1,3})(?:\\(\\d{1,3}\\))? (?<rule>[A-Za-z]\\S{0,127}) (?<src_zone>[A-Za-z]\\S{0,63}) (?<dst_zone>[A-Za-z]\\S{0,63})(?: (?<session>\\d{1,12}))?`,
]);

/** `NetScreen device_id=fw1  [Root]system-notification-00257(traffic): pairs`. */
const NETSCREEN =
  /^NetScreen device_id=(\S{1,64})\s{1,4}(?:\[([^\]]{1,64})\])?(system-[a-z]{2,16}-\d{3,6})(?:\((\w{1,32})\))?: /;
const NETSCREEN_PAIR =
  /(?:^| )((?:src|dst) zone|(?:src|dst)-xlated ip|start_time|duration|policy_id|service|proto|action|sent|rcvd|src|dst|src_port|dst_port|icmp type|session_id)=("[^"]{0,256}"|\S{1,256})(?: port=(\d{1,5}))?/g;

export const netscreen = {
  read(text: string, event: EventWriter): boolean {
    const head = NETSCREEN.exec(text);
    if (head === null) return false;
    event.textIf("device_id", head[1]);
    event.textIf("vsys", head[2]);
    event.textIf("message_type", head[3]);
    event.textIf("message_kind", head[4]);
    const done = new Set<string>();
    for (const [, key, value, port] of text.slice(head[0].length).matchAll(NETSCREEN_PAIR)) {
      const name = NETSCREEN_NAMES[key!] ?? key!.replace(/[ -]/g, "_");
      if (done.has(name)) continue;
      done.add(name);
      writePart(name, value!.replace(/^"|"$/g, ""), event);
      if (port !== undefined) writePart(`${name.slice(0, -3)}_port`, port, event);
    }
    return true;
  },
};

const NETSCREEN_NAMES: Readonly<Record<string, string>> = table({
  service: "flow_service",
  proto: "protocol",
  src: "src_ip",
  dst: "dst_ip",
});
