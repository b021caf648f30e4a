import type { EventWriter } from "../../event/writer.js";
import { JsonFault, type Members, scanMembers } from "../../json/members.js";
import type { Format } from "../format.js";
import { type Fields, Normaliser } from "../normalise/normaliser.js";

/** One JSON object a line, from any logging library. */
export const json: Format = {
  name: "json",
  aliases: ["ndjson", "jsonl"],
  summary: "JSON objects, one a line: pino, bunyan, winston, zap, structlog, ECS, OpenTelemetry and others",
  auto: true,
  starts: "{",
  reference: "RFC 8259; the names are listed in docs/events.md",
  examples: [
    {
      line: '{"level":30,"time":1531171074631,"pid":657,"hostname":"box","msg":"hello","ratio":1.0}',
      event:
        '{"level":"info","timestamp":"2018-07-09T21:17:54.631Z","pid":657,"host":"box","message":"hello","ratio":1.0}',
    },
    {
      line: '{"@timestamp":"2026-11-21T10:00:00+01:00","log":{"level":"WARN","logger":"db"},"message":"slow","id":9223372036854775807}',
      event:
        '{"timestamp":"2026-11-21T09:00:00Z","level":"warn","log.logger":"db","message":"slow","id":9223372036854775807}',
    },
    {
      line: '{"timestamp":"2026-11-21T10:00:00Z", "level":"info", "message":"as it was"}',
      event: '{"timestamp":"2026-11-21T10:00:00Z", "level":"info", "message":"as it was"}',
    },
    { line: '{"level":"info","msg":"cut o', event: undefined },
    { line: "[1,2,3]", event: undefined },
    { line: "plain text", event: undefined },
  ],
  create() {
    const normaliser = new Normaliser();
    return {
      parse(line, event) {
        const members = scanMembers(line);
        if (members instanceof JsonFault) return false;
        normaliser.write(new JsonFields(line, members), event);
        return true;
      },
    };
  },
};

/** The members of a JSON object as fields; what is copied keeps its text, white space included. */
export class JsonFields implements Fields {
  readonly names: readonly string[];
  private readonly text: string;
  private readonly members: Members;

  constructor(text: string, members: Members) {
    this.text = text;
    this.members = members;
    this.names = members.names;
  }

  raw(i: number): string {
    return this.text.slice(this.members.valueStarts[i], this.members.valueEnds[i]);
  }

  copy(first: number, last: number, event: EventWriter): void {
    const { text, members, names } = this;
    const isWhole = first === 0 && last === names.length - 1;
    const start = isWhole ? members.open + 1 : members.keyStarts[first]!;
    event.members(onOneLine(text.slice(start, isWhole ? members.close : members.valueEnds[last]!)));
  }
}

/** Line breaks between tokens become blanks. A line has none, except where several were joined before they got here. */
function onOneLine(text: string): string {
  return text.includes("\n") || text.includes("\r") ? text.replace(/[\r\n]/g, " ") : text;
}
