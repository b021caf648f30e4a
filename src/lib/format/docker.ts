import { isoTime } from "../base/time.js";
import { decodeString, JsonFault, scanMembers } from "../event/members.js";
import type { Format } from "./format.js";

/**
 * What Docker's default log driver keeps under /var/lib/docker/containers. Docker cuts long lines into pieces of 16 KiB;
 * all but the last lack the line end and are marked `partial`. A parser sees lines, and the last piece may never come:
 * joining them is the job of `src/lib/parse/records`.
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
      // Cheaper than reading the whole line, which is most often other JSON.
      if (!line.includes('"log"') || !line.includes('"stream"')) return false;
      const members = scanMembers(line);
      if (members instanceof JsonFault || members.names.length < 3 || members.names.length > 4) return false;
      const at = KEYS.map((name) => members.names.indexOf(name));
      const [log, stream, time, attrs] = at.map((i) =>
        line.slice(members.valueStarts[i], members.valueEnds[i]),
      );
      if (at[0] === -1 || at[1] === -1 || at[2] === -1 || (members.names.length === 4 && at[3] === -1))
        return false;
      if ((stream !== '"stdout"' && stream !== '"stderr"') || !log!.startsWith('"')) return false;
      const timestamp = isoTime(time!.slice(1, -1));
      if (timestamp === undefined) return false;

      const text = decodeString(log!, 0, log!.length);
      event.text("timestamp", timestamp);
      event.json("stream", stream);
      event.text("message", withoutLineEnd(text));
      if (at[3] !== -1) event.json("attrs", attrs!);
      if (!text.endsWith("\n")) event.boolean("partial", true);
      return true;
    },
  }),
};

const KEYS = ["log", "stream", "time", "attrs"];

function withoutLineEnd(text: string): string {
  if (!text.endsWith("\n")) return text;
  return text.slice(0, text.endsWith("\r\n") ? -2 : -1);
}
