/** Packets that the kernel's filters log: iptables, nftables, UFW, firewalld. */

import { table } from "../../../base/table.js";
import type { EventWriter } from "../../../event/writer.js";
import { writePart } from "./phrases.js";

/** `KEY=VALUE` and flags, from `IN=` on; a second LEN is that of the datagram. */
const NAMES: Readonly<Record<string, string>> = table({
  IN: "in_interface",
  OUT: "out_interface",
  PHYSIN: "physical_in",
  PHYSOUT: "physical_out",
  MAC: "mac",
  SRC: "src_ip",
  DST: "dst_ip",
  LEN: "length",
  TOS: "tos",
  PREC: "precedence",
  TTL: "ttl",
  HOPLIMIT: "ttl",
  ID: "id",
  PROTO: "protocol",
  SPT: "src_port",
  DPT: "dst_port",
  SEQ: "seq",
  ACK: "ack",
  WINDOW: "window",
  TYPE: "icmp_type",
  CODE: "icmp_code",
  MARK: "mark",
  UID: "uid",
  GID: "gid",
});
const FLAGS: ReadonlySet<string> = new Set(["SYN", "ACK", "FIN", "RST", "PSH", "URG", "ECE", "CWR"]);
const START = /(?:^|[\s\]:])IN=[\w.@:+-]{0,32} (?:OUT=|PHYSIN=|MAC=|SRC=)/;
const ACTION = /\b(ALLOW|AUDIT|BLOCK|LIMIT BLOCK|DROP|REJECT|ACCEPT|DENY|DENIED|DROPPED|REJECTED)\b/i;

/** Writes the fields of a packet; false when the text is none. What stands before it may say what was done with it. */
export function readPacket(text: string, event: EventWriter): boolean {
  if (!text.includes("IN=") || !text.includes(" SRC=")) return false;
  const found = START.exec(text);
  if (found === null) return false;
  const at = text.indexOf("IN=", found.index);
  const prefix = text
    .slice(Math.max(0, at - PREFIX_MAX), at)
    .replace(/^\s{0,8}\[\s{0,12}\d{1,10}\.\d{3,9}\]\s{0,8}/, "")
    .trim();
  const action = ACTION.exec(prefix)?.[1];
  if (action !== undefined) event.text("action", action.toUpperCase());
  const described = DESCRIBED.exec(prefix);
  if (described !== null) event.textIf("description", described[2]);
  if (prefix !== "") event.text("rule", described?.[1] ?? withoutMarks(prefix));
  writePacket(text.slice(at, at + PACKET_MAX), event);
  return true;
}

/** No packet is longer; what lies behind is something else. */
const PACKET_MAX = 2048;

/** What an ICMP error quotes of the packet that it is about, in brackets at its end, is `quoted_src_ip` and so on. */
function writePacket(text: string, event: EventWriter): void {
  const open = text.indexOf("[SRC=");
  if (open < 0) {
    writeWords(text, "", event);
    return;
  }
  const close = text.lastIndexOf("]");
  const end = close < open ? text.length : close;
  writeWords(text.slice(0, open) + text.slice(end + 1), "", event);
  writeWords(text.slice(open + 1, end), "quoted_", event);
}

function writeWords(text: string, prefix: string, event: EventWriter): void {
  const done = new Set<string>();
  const flags: string[] = [];
  for (const word of text.split(" ")) {
    const equals = word.indexOf("=");
    if (equals < 0) {
      if (FLAGS.has(word) && !flags.includes(word)) flags.push(word);
      continue;
    }
    const name = NAMES[word.slice(0, equals)];
    if (name === undefined) continue;
    // The second length is that of the datagram within.
    const target = name === "length" && done.has(name) ? "data_length" : name;
    if (done.has(target)) continue;
    done.add(target);
    if (prefix === "") writePacketPart(target, word.slice(equals + 1), event);
    else writePart(target, word.slice(equals + 1), event, prefix);
  }
  if (flags.length > 0) event.text(`${prefix}tcp_flags`, flags.join(" "));
}

/** `[WAN_IN-D-4001] DESCR="..."` of UniFi's gateways. */
const DESCRIBED = /^(?:\[([^\]]{1,64})\] ?)?DESCR="([^"]{0,200})"?/;
/** The two addresses of an Ethernet header, with its type behind them. */
const ETHERNET =
  /^((?:[0-9a-f]{2}:){5}[0-9a-f]{2}):((?:[0-9a-f]{2}:){5}[0-9a-f]{2}):[0-9a-f]{2}:[0-9a-f]{2}$/i;

function writePacketPart(name: string, value: string, event: EventWriter): void {
  const macs = name === "mac" ? ETHERNET.exec(value) : null;
  if (macs === null) writePart(name, value, event);
  else {
    event.text("dst_mac", macs[1]!);
    event.text("src_mac", macs[2]!);
  }
}

/** No prefix of iptables is longer, but for what a firewall's own log puts before it. */
const PREFIX_MAX = 256;

/** Without brackets around it, without the colon behind it. */
function withoutMarks(prefix: string): string {
  const bare = prefix.endsWith(":") ? prefix.slice(0, -1).trimEnd() : prefix;
  return bare.startsWith("[") && bare.indexOf("]") === bare.length - 1 ? bare.slice(1, -1) : bare;
}

/** The comma-separated fields of pf's filterlog (pfSense, OPNsense). */
const COMMON = "rule_number,sub_rule,anchor,tracker,in_interface,reason,action,direction,ip_version".split(
  ",",
);
const V4 = "tos,ecn,ttl,id,offset,flags,protocol_id,protocol,length,src_ip,dst_ip".split(",");
const V6 = "class,flow_label,ttl,protocol,protocol_id,length,src_ip,dst_ip".split(",");
const TCP = "src_port,dst_port,data_length,tcp_flags,seq,ack,window,urg,options".split(",");
const UDP = "src_port,dst_port,data_length".split(",");

export function readFilterlog(text: string, event: EventWriter): boolean {
  const cells = text.split(",", 40);
  const version = cells[8];
  if (cells.length < 12 || (version !== "4" && version !== "6") || !/^\d*$/.test(cells[0]!)) return false;
  const ip = version === "4" ? V4 : V6;
  const protocol = (cells[COMMON.length + ip.indexOf("protocol")] ?? "").toLowerCase();
  const tail = protocol === "tcp" ? TCP : protocol === "udp" ? UDP : [];
  for (const [n, name] of [...COMMON, ...ip, ...tail].entries()) writePart(name, cells[n], event);
  return true;
}
