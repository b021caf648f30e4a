// Enter here: packets and alerts on the wire: netfilter, filterlog, snort and suricata.
import { timeAt } from "../../../base/time/time-at.js";
import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { readPacket } from "../../syslog/body/packets.js";

/**
 * Packets that iptables, nftables, UFW or a firewall on top of them logged, where no header of syslog or of the kernel
 * stands before them: Proxmox, routers, `journalctl -o cat`. `rule` is the prefix, `action` what it says was done.
 */
export const netfilter: Format = {
  name: "netfilter",
  aliases: ["iptables", "ufw"],
  summary: "packets logged by iptables, nftables and UFW: IN= OUT= SRC= DST= PROTO= ...",
  auto: true,
  reference: "net/ipv4/netfilter/nf_log_ipv4.c, net/netfilter/nf_log_syslog.c of Linux",
  examples: [
    {
      line: "[UFW BLOCK] IN=eth0 OUT= MAC=00:11 SRC=192.0.2.1 DST=198.51.100.7 LEN=40 TTL=245 ID=1 DF PROTO=TCP SPT=1024 DPT=22 WINDOW=1024 SYN URGP=0",
      event:
        '{"message":"[UFW BLOCK] IN=eth0 OUT= MAC=00:11 SRC=192.0.2.1 DST=198.51.100.7 LEN=40 TTL=245 ID=1 DF PROTO=TCP SPT=1024 DPT=22 WINDOW=1024 SYN URGP=0",' +
        '"action":"BLOCK","rule":"UFW BLOCK","in_interface":"eth0","mac":"00:11","src_ip":"192.0.2.1","dst_ip":"198.51.100.7","length":40,"ttl":245,"id":1,' +
        '"protocol":"TCP","src_port":1024,"dst_port":22,"window":1024,"tcp_flags":"SYN"}',
    },
    {
      line: "7 3 tap7i0-IN 21/Nov/2026:11:00:01 +0100 policy DROP: IN=vmbr0 OUT= SRC=192.0.2.1 DST=198.51.100.7 LEN=52 PROTO=UDP SPT=1024 DPT=53 LEN=32",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","message":"7 3 tap7i0-IN 21/Nov/2026:11:00:01 +0100 policy DROP: IN=vmbr0 OUT= SRC=192.0.2.1 DST=198.51.100.7 LEN=52 PROTO=UDP SPT=1024 DPT=53 LEN=32",' +
        '"action":"DROP","rule":"7 3 tap7i0-IN 21/Nov/2026:11:00:01 +0100 policy DROP","in_interface":"vmbr0","src_ip":"192.0.2.1","dst_ip":"198.51.100.7","length":52,' +
        '"protocol":"UDP","src_port":1024,"dst_port":53,"data_length":32}',
    },
    { line: "WIDTH=3 SRC=x", event: undefined },
    { line: "IN=eth0 SRC=192.0.2.1", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const PLACES_MAX = 5;

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  if (!line.includes(" SRC=") || !line.includes(" DST=") || !line.includes(" PROTO=")) return false;
  const timestamp = timeIn(line, nowMs);
  if (timestamp !== undefined) event.text("timestamp", timestamp);
  event.text("message", line);
  return readPacket(line, event);
}

/** The first time at the beginning of one of the first words, before the packet. */
function timeIn(line: string, nowMs: number): string | undefined {
  const end = line.indexOf("IN=");
  let at = 0;
  for (let n = 0; n < PLACES_MAX && at < end; n++) {
    const time = timeAt(line, line.charCodeAt(at) === 0x5b ? at + 1 : at, nowMs);
    if (time?.timestamp !== undefined) return time.timestamp;
    at = line.indexOf(" ", at) + 1;
    if (at === 0) return undefined;
  }
  return undefined;
}
