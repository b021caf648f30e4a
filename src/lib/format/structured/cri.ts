import { isoTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";

/**
 * ```
 * 2016-10-06T00:17:09.669794202Z stdout P the first part of a long line
 * time of RFC 3339 nano          stream tags, colon-separated: F(ull) or P(artial) first, then the text as it was
 * ```
 */
export const cri: Format = {
  name: "cri",
  aliases: ["containerd", "cri-o"],
  summary: "Kubernetes container logs (CRI): TIME stdout F TEXT",
  auto: true,
  hasContinuations: true,
  starts: "0123456789",
  behindIsoTime: [" a"],
  reference:
    "https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/cri-client/pkg/logs/logs.go",
  examples: [
    {
      line: "2026-11-21T10:00:00.669794202Z stdout F started in 12 ms",
      event: '{"timestamp":"2026-11-21T10:00:00.669794202Z","stream":"stdout","message":"started in 12 ms"}',
    },
    {
      line: "2026-11-21T12:00:00.669794202+02:00 stderr P   the first part ",
      event:
        '{"timestamp":"2026-11-21T10:00:00.669794202Z","stream":"stderr","message":"  the first part ","partial":true}',
    },
    { line: "2026-11-21T10:00:00Z stdin F text", event: undefined },
    { line: "2026-11-21T10:00:00Z stdout X text", event: undefined },
    { line: "2026-13-21T10:00:00Z stdout F text", event: undefined },
  ],
  create: () => ({
    parse(line, event) {
      const head = CRI_HEAD.exec(line);
      return head !== null && writeCri(head, line.slice(head[0].length), head[3] === "P", event);
    },
  }),
};

/** Writes the event of a line with that head, or of several that are one; false where its time is none. */
export function writeCri(
  head: RegExpExecArray,
  text: string,
  isPartial: boolean,
  event: EventWriter,
): boolean {
  const timestamp = isoTime(head[1]!);
  if (timestamp === undefined) return false;
  event.text("timestamp", timestamp);
  event.text("stream", head[2]!);
  event.text("message", text);
  if (isPartial) event.boolean("partial", true);
  if (head[4] !== undefined) event.text("tags", head[4]);
  return true;
}

/** An empty text may have lost the blank before it to an editor. */
export const CRI_HEAD =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([FP])(?::([^ ]{1,256}))?(?: |$)/;
