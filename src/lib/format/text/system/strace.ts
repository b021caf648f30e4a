import { epochTime } from "../../../base/time/read-time.js";
import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";

/**
 * strace with `-t`, `-tt`, `-ttt`, `-f`, `-T`: a process, a time, then a call with what it returned, a signal or an
 * exit.
 */
export const strace: Format = {
  name: "strace",
  summary: "strace with times: -t, -tt or -ttt, with or without -f and -T",
  auto: true,
  openings: ["clock", "number", "[", "day"],
  reference: "strace(1)",
  examples: [
    {
      line: '10:00:01.123456 openat(AT_FDCWD, "/etc/shop", O_RDONLY) = -1 ENOENT (No such file or directory) <0.000019>',
      event:
        '{"time":"10:00:01.123456","syscall":"openat","arguments":"AT_FDCWD, \\"/etc/shop\\", O_RDONLY","result":"-1","errno":"ENOENT","error":"No such file or directory","duration_s":0.000019,"message":"openat(AT_FDCWD, \\"/etc/shop\\", O_RDONLY) = -1 ENOENT (No such file or directory)"}',
    },
    {
      line: "31 1795255201.123456 +++ exited with 0 +++",
      event: '{"timestamp":"2026-11-21T10:00:01.123456Z","pid":31,"message":"+++ exited with 0 +++"}',
    },
    { line: "10:00:01 open for business", event: undefined },
    { line: "31 apples = 3", event: undefined },
  ],
  create: () => ({ parse }),
};

/** Process and time. */
const HEAD =
  /^(?:(\d{1,10}) {1,6}|\[pid {1,6}(\d{1,10})\] )?(?:(\d{10}\.\d{6})|(\d\d:\d\d:\d\d(?:\.\d{6})?)) (?=[a-z_][a-z0-9_]{1,40}\(|<\.\.\. [a-z]|\+\+\+ (?:exited|killed)|--- (?:SIG|stopped))/;
const CALL = /^([a-z_][a-z0-9_]{1,40})\(/;
const RESULT =
  /\) += (-?\d{1,20}|0x[0-9a-f]{1,16}|\?)(?:<[^>]{0,400}>)?(?: (E[A-Z0-9_]{2,30}) \(([^)]{1,100})\)| \([^)]{0,2000}\))?$/;
const DURATION = / <(\d{1,9}\.\d{6})>$/;
/** What is behind the arguments of a call. */
const RESULT_CHARACTERS_MAX = 2600;

function parse(line: string, event: EventWriter): boolean {
  const head = HEAD.exec(line);
  if (head === null) return false;
  const [, pid = head[2], , epoch, clock] = head;
  const timestamp = epoch === undefined ? undefined : epochTime(epoch, "s");
  if (timestamp !== undefined) event.text("timestamp", timestamp);
  event.textIf("time", clock);
  if (pid !== undefined) event.number("pid", Number(pid));
  const duration = DURATION.exec(line.slice(-24));
  const text = line.slice(head[0].length, duration === null ? undefined : line.length - duration[0].length);
  writeCall(text, event);
  if (duration !== null) event.number("duration_s", Number(duration[1]));
  event.text("message", text);
  return true;
}

function writeCall(text: string, event: EventWriter): void {
  const call = CALL.exec(text);
  if (call === null) return;
  event.text("syscall", call[1]!);
  const result = RESULT.exec(text.slice(-RESULT_CHARACTERS_MAX));
  if (result === null) return;
  const end = text.length - Math.min(text.length, RESULT_CHARACTERS_MAX) + result.index;
  event.textIf("arguments", text.slice(call[0].length, end));
  event.text("result", result[1]!);
  event.textIf("errno", result[2]);
  event.textIf("error", result[3]);
}
