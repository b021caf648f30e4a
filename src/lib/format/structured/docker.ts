import { isoTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import { decodeString, JsonFault, scanMembers } from "../../json/members.js";
import type { Format } from "../format.js";

/**
 * What Docker's default log driver keeps under /var/lib/docker/containers. Docker cuts long lines into pieces of 16
 * KiB; all but the last lack the line end and are marked `partial`. A parser sees lines, and the last piece may never
 * come: joining them is the job of `src/lib/stages/parse/records`.
 */
export const docker: Format = {
  name: "docker",
  aliases: ["docker-json"],
  summary: 'Docker json-file: {"log":"...\\n","stream":"stdout","time":"..."}',
  auto: true,
  hasContinuations: true,
  starts: "{",
  reference: "https://docs.docker.com/engine/logging/drivers/json-file/",
  examples: [
    {
      line: '{"log":"ready to \\"serve\\"\\n","stream":"stdout","time":"2026-11-21T10:00:00.123456789Z"}',
      event:
        '{"timestamp":"2026-11-21T10:00:00.123456789Z","stream":"stdout","message":"ready to \\"serve\\""}',
    },
    {
      line: '{"log":"the first 16 KiB","stream":"stderr","attrs":{"tag":"web"},"time":"2026-11-21T10:00:00Z"}',
      event:
        '{"timestamp":"2026-11-21T10:00:00Z","stream":"stderr","message":"the first 16 KiB","attrs":{"tag":"web"},"partial":true}',
    },
    { line: '{"log":"no stream\\n","time":"2026-11-21T10:00:00Z"}', event: undefined },
    {
      line: '{"log":"x\\n","stream":"stdout","time":"2026-11-21T10:00:00Z","level":"info"}',
      event: undefined,
    },
  ],
  create: () => ({
    parse(line, event) {
      const read = readDocker(line);
      if (read === undefined) return false;
      writeDocker(read, withoutLineEnd(read.log), !read.log.endsWith("\n"), event);
      return true;
    },
  }),
};

/** What Docker has written around a program's text. */
export interface DockerLine {
  /** The text, with its line end where it has one. */
  readonly log: string;
  /** JSON text. */
  readonly stream: '"stdout"' | '"stderr"';
  readonly timestamp: string;
  /** JSON text. */
  readonly attrs: string | undefined;
}

/** Undefined when it is no such line. */
export function readDocker(line: string): DockerLine | undefined {
  // Cheaper than reading the whole line, which is most often other JSON.
  if (!line.includes('"log"') || !line.includes('"stream"')) return undefined;
  const members = scanMembers(line);
  if (members instanceof JsonFault || members.names.length < 3 || members.names.length > 4) return undefined;
  const at = KEYS.map((name) => members.names.indexOf(name));
  const [log, stream, time, attrs] = at.map((i) => line.slice(members.valueStarts[i], members.valueEnds[i]));
  if (at[0] === -1 || at[1] === -1 || at[2] === -1 || (members.names.length === 4 && at[3] === -1))
    return undefined;
  if ((stream !== '"stdout"' && stream !== '"stderr"') || !log!.startsWith('"')) return undefined;
  const timestamp = isoTime(time!.slice(1, -1));
  if (timestamp === undefined) return undefined;
  return {
    log: decodeString(log!, 0, log!.length),
    stream,
    timestamp,
    attrs: at[3] === -1 ? undefined : attrs,
  };
}

/** Writes the event of a line, or of several that are one. */
export function writeDocker(
  { stream, timestamp, attrs }: DockerLine,
  text: string,
  isPartial: boolean,
  event: EventWriter,
): void {
  event.text("timestamp", timestamp);
  event.json("stream", stream);
  event.text("message", text);
  if (attrs !== undefined) event.json("attrs", attrs);
  if (isPartial) event.boolean("partial", true);
}

const KEYS = ["log", "stream", "time", "attrs"];

export function withoutLineEnd(text: string): string {
  if (!text.endsWith("\n")) return text;
  return text.slice(0, text.endsWith("\r\n") ? -2 : -1);
}
