// Enter here: logs of a host's kernel and guards: kernel ring, fail2ban, OSSEC.
import { ctimeTime } from "../../../base/time/read-time.js";
import { levelOfWord } from "../../../event/level-words.js";
import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { levelOfBody } from "../../line/body.js";
import { kernelText, withoutZeros } from "../../syslog/body/kernel.js";
import { readerOf } from "../../syslog/body/services.js";

/**
 * The kernel's ring as dmesg prints it, and the journal with monotonic times:
 *
 * ```
 * [12345.678901] text                         dmesg, /var/log/dmesg; also <6>[...] as of the console
 * kern  :info  : [12345.678901] text          dmesg -x
 * [Sat Nov 21 10:00:01 2026] text             dmesg -T
 * [12345.678901] host tag[pid]: text          journalctl -o short-monotonic
 * ```
 * Uptimes are `uptime_s`, seconds: when the machine started the line does not say. Packets of netfilter and audit
 * records get their fields.
 */
export const kernel: Format = {
  name: "kernel",
  aliases: ["dmesg"],
  summary:
    "Linux kernel: dmesg in all its forms, with the fields of netfilter and audit; journalctl -o short-monotonic",
  auto: true,
  openings: ["[0", "[", "lower"],
  starts: "[kudalsncf",
  reference: "dmesg(1); kernel/printk/printk.c; journalctl(1)",
  examples: [
    {
      line: "[12345.678901] usb 1-1: new high-speed USB device",
      event: '{"uptime_s":12345.678901,"service":"kernel","message":"usb 1-1: new high-speed USB device"}',
    },
    {
      line: "kern  :err   : [    0.000000][    T0] ACPI BIOS Error (bug): x",
      event:
        '{"level":"error","facility":"kern","uptime_s":0.000000,"service":"kernel","message":"ACPI BIOS Error (bug): x"}',
    },
    {
      line: "[Sat Nov 21 10:00:01 2026] IN=eth0 OUT= MAC=00:11 SRC=192.0.2.1 DST=198.51.100.7 LEN=40 TTL=245 ID=1 PROTO=TCP SPT=1024 DPT=22 SYN",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","message":"IN=eth0 OUT= MAC=00:11 SRC=192.0.2.1 DST=198.51.100.7 LEN=40 TTL=245 ID=1 PROTO=TCP SPT=1024 DPT=22 SYN",' +
        '"in_interface":"eth0","mac":"00:11","src_ip":"192.0.2.1","dst_ip":"198.51.100.7","length":40,"ttl":245,"id":1,"protocol":"TCP","src_port":1024,"dst_port":22,"tcp_flags":"SYN"}',
    },
    {
      line: "[  123.456789] web1 sshd[31]: Server listening on 0.0.0.0 port 22.",
      event:
        '{"uptime_s":123.456789,"host":"web1","service":"sshd","pid":31,"message":"Server listening on 0.0.0.0 port 22.","server_ip":"0.0.0.0","server_port":22}',
    },
    { line: "[12345] a number in brackets", event: undefined },
    { line: "[Sat Nov 31 10:00:01 2026] text", event: undefined },
    { line: "[Sat Nov 21 10:00:01 2026] [error] text of another log", event: undefined },
  ],
  create: () => ({ parse }),
};

const PREFIX =
  /^(kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7]) {0,8}:(emerg|alert|crit|err|warn|notice|info|debug) {0,8}: (?=\[)/;
const CTIME =
  /^\[((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4})\] (?![[\d])/;
const STAMP = /^\[ {0,12}(\d{1,12}\.\d{6})(?: <[ \d.]{1,20}>)?\](?:\[ {0,8}[TC]\d{1,10}\])?(?: |$)/;
const TAGGED = /^([\w.-]{1,255}) (kernel|[\w./@-]{1,64}(?=\[))(?:\[(\d{1,10})\])?: /;
/** A program that writes to the kernel's ring: systemd early on. */
const OWN_TAG = /^([a-z][\w.-]{1,63})\[(\d{1,10})\]: /;

function parse(line: string, event: EventWriter): boolean {
  const prefix = line.charCodeAt(0) === 0x5b ? null : PREFIX.exec(line);
  if (prefix === null && line.charCodeAt(0) !== 0x5b) return false;
  const rest = prefix === null ? line : line.slice(prefix[0].length);
  const stamp = STAMP.exec(rest);
  if (stamp === null) return parseCtime(rest, prefix, event);
  const text = rest.slice(stamp[0].length);
  writePrefix(prefix, text, event);
  event.number("uptime_s", withoutZeros(stamp[1]!));
  const tagged = prefix === null ? TAGGED.exec(text) : null;
  if (tagged !== null) return writeTagged(tagged, text, event);
  const own = OWN_TAG.exec(text);
  event.text("service", own?.[1] ?? "kernel");
  if (own !== null) event.number("pid", withoutZeros(own[2]!));
  writeText(own === null ? text : text.slice(own[0].length), event);
  return true;
}

function parseCtime(rest: string, prefix: RegExpExecArray | null, event: EventWriter): boolean {
  const stamp = CTIME.exec(rest);
  const timestamp = stamp === null ? undefined : ctimeTime(stamp[1]!);
  if (stamp === null || timestamp === undefined) return false;
  const text = rest.slice(stamp[0].length);
  event.text("timestamp", timestamp);
  writePrefix(prefix, text, event);
  writeText(text, event);
  return true;
}

function writePrefix(prefix: RegExpExecArray | null, text: string, event: EventWriter): void {
  const level = prefix === null ? levelOfBody(text, 0)?.level : levelOfWord(prefix[2]!);
  if (level !== undefined) event.text("level", level);
  if (prefix !== null) event.text("facility", prefix[1]!);
}

function writeTagged(tagged: RegExpExecArray, text: string, event: EventWriter): boolean {
  const [whole, host, service, pid] = tagged;
  event.text("host", host!);
  event.text("service", service!);
  if (pid !== undefined) event.number("pid", withoutZeros(pid));
  const rest = text.slice(whole.length);
  event.text("message", rest);
  readerOf(service!)?.read(rest, event);
  return true;
}

function writeText(text: string, event: EventWriter): void {
  event.text("message", text);
  kernelText.read(text, event);
}
