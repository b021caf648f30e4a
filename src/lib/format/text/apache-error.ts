import { commonLogTime, ctimeTime } from "../../base/time/read-time.js";
import { levelOfWord } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";

/**
 * Apache httpd's error log, 2.2 and 2.4: `[time] [module:level] [pid P:tid T] (errno)text: [client A:port] AHnnnnn:
 * message, referer: URL`, of which only time, level and message must be there.
 */
export const apacheError: Format = {
  name: "apache-error",
  summary: "error log of Apache httpd 2.2 and 2.4",
  auto: true,
  starts: "[",
  hasContinuations: true,
  reference: "https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat",
  examples: [
    {
      line: "[Sat Nov 21 10:00:01.123456 2026] [core:error] [pid 31:tid 140] (13)Permission denied: [client 192.0.2.7:60444] AH00035: access to /x denied, referer: https://a.example/",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"error","module":"core","pid":31,"tid":140,' +
        '"client_ip":"192.0.2.7","client_port":60444,"code":"AH00035","os_error":"(13)Permission denied",' +
        '"referer":"https://a.example/","message":"access to /x denied"}',
    },
    {
      line: "[Sat Nov 21 10:00:01 2026] [error] [client ::1] File does not exist: /srv/favicon.ico",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","client_ip":"::1","message":"File does not exist: /srv/favicon.ico"}',
    },
    { line: "[Sat Nov 21 10:00:01 2026] no level", event: undefined },
    { line: "[Sat Nov 31 10:00:01 2026] [error] no such day", event: undefined },
    { line: "[2026-11-21 10:00:01] [error] not Apache", event: undefined },
  ],
  create: () => ({ parse }),
};

const HEAD =
  /^\[([^\]]{20,40})\] \[(?:([\w.-]*):)?([a-z]+[1-8]?)\](?: \[pid (\d+)(?::tid (\d+))?\])?(?: (\(-?\d+\)[^:]*):)?(?: \[client ([^\]]+)\])?(?: (\(-?\d+\)[^:]*):)? ?(.*)$/s;
const CODE = /^(AH\d{5}): ?/;

function parse(line: string, event: EventWriter): boolean {
  const match = HEAD.exec(line);
  if (match === null) return false;
  const [, time, module, word, pid, tid, errorBefore, client, errorAfter] = match;
  const timestamp = ctimeTime(time!) ?? commonLogTime(time!);
  const level = levelOfWord(word!.replace(/^trace\d$/, "trace"));
  if (timestamp === undefined || level === undefined) return false;
  event.text("timestamp", timestamp);
  event.text("level", level);
  event.textIf("module", module);
  if (pid !== undefined) event.number("pid", withoutZeros(pid));
  if (tid !== undefined) event.number("tid", withoutZeros(tid));
  if (client !== undefined) writeClient(client, pid !== undefined, event);
  writeMessage(match[9]!, errorBefore ?? errorAfter, event);
  return true;
}

/** `ADDRESS:PORT` or an address alone. Apache 2.2, which writes no pid, writes IPv6 addresses without a port. */
function writeClient(client: string, hasPid: boolean, event: EventWriter): void {
  const colon = client.lastIndexOf(":");
  const port = client.slice(colon + 1);
  const hasPort = colon > 0 && /^[1-9]\d{0,4}$/.test(port) && (hasPid || client.indexOf(":") === colon);
  event.textIf("client_ip", hasPort ? client.slice(0, colon) : client);
  if (hasPort) event.number("client_port", port);
}

function writeMessage(rest: string, osError: string | undefined, event: EventWriter): void {
  const code = CODE.exec(rest);
  if (code !== null) event.text("code", code[1]!);
  event.textIf("os_error", osError);
  const start = code === null ? 0 : code[0].length;
  const referer = rest.lastIndexOf(", referer: ");
  if (referer >= start) event.textIf("referer", rest.slice(referer + 11));
  event.text("message", rest.slice(start, referer >= start ? referer : undefined));
}

function withoutZeros(digits: string): string {
  return digits.charCodeAt(0) === 0x30 ? digits.replace(/^0+(?=\d)/, "") : digits;
}
