import { epochTime, isoTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import { JsonFault, scanMembers } from "../../json/members.js";
import type { Format } from "../format.js";
import { Normaliser } from "../normalise/normaliser.js";
import { JsonFields } from "./json.js";

/**
 * Records as Fluentd and Fluent Bit write them to files and to standard output: a time, a `tag`, and the record as
 * JSON, whose members are the fields. A time of the record's own counts; that of Fluentd is `fluent_time` then.
 *
 * ```
 * 2026-11-21T10:00:01+00:00<tab>app.web<tab>{"message":"hi"}      Fluentd, out_file
 * 2026-11-21 10:00:01.123456789 +0000 app.web: {"message":"hi"}   Fluentd, out_stdout
 * [0] app.web: [[1795255201.123456789, {}], {"message":"hi"}]     Fluent Bit, stdout; before 2.1 without {}
 * ```
 */
export const fluent: Format = {
  name: "fluent",
  aliases: ["fluentd", "fluent-bit"],
  summary: "records of Fluentd and Fluent Bit with time and tag before the JSON: out_file, stdout",
  auto: true,
  starts: "0123456789[",
  openings: ["iso", "[0"],
  behindIsoTime: ["\ta", "\tA", "\t0"],
  reference:
    "https://docs.fluentd.org/formatter/out_file, https://docs.fluentd.org/output/stdout; https://docs.fluentbit.io/manual/pipeline/outputs/standard-output",
  examples: [
    {
      line: '2026-11-21T10:00:01+00:00\tapp.web\t{"message":"hi","level":"warn","n":1.0}',
      event: '{"timestamp":"2026-11-21T10:00:01Z","tag":"app.web","message":"hi","level":"warn","n":1.0}',
    },
    {
      line: '2026-11-21 10:00:02.123456789 +0000 app.web: {"msg":"hi","time":"2026-11-21T10:00:01Z"}',
      event:
        '{"fluent_time":"2026-11-21T10:00:02.123456789Z","tag":"app.web","message":"hi","timestamp":"2026-11-21T10:00:01Z"}',
    },
    {
      line: '[0] app.web: [[1795255201.123456789, {}], {"log":"hi"}]',
      event: '{"timestamp":"2026-11-21T10:00:01.123456789Z","tag":"app.web","message":"hi"}',
    },
    {
      line: '[12] cpu.0: [1795255201.123456789, {"cpu_p":1.5}]',
      event: '{"timestamp":"2026-11-21T10:00:01.123456789Z","tag":"cpu.0","cpu_p":1.5}',
    },
    { line: '2026-11-21T10:00:01+00:00\tapp.web\t{"message":"hi"', event: undefined },
    { line: '2026-11-21T10:00:01+00:00\tapp web {"message":"hi"}', event: undefined },
    { line: '[0] app.web: [soon, {"log":"hi"}]', event: undefined },
  ],
  create() {
    const normaliser = new Normaliser();
    return { parse: (line, event) => parse(line, event, normaliser) };
  },
};

const TAG = "([^\\s:{}[\\]]{1,256})";
const DATED = new RegExp(
  `^(\\d{4}-\\d\\d-\\d\\d(?:T[\\d:.]{8,18}(?:Z|[+-]\\d\\d:?\\d\\d)(?=\\t)| [\\d:]{8}\\.\\d{9} [+-]\\d{4}(?= )))(?:\\t${TAG}\\t| ${TAG}: )(?=\\{)`,
);
const COUNTED = new RegExp(
  `^\\[\\d{1,9}\\] ${TAG}: \\[(?:\\[(\\d{9,11}\\.\\d{9}), \\{[^{}]{0,1024}\\}\\]|(\\d{9,11}\\.\\d{9})), (?=\\{)`,
);

function parse(line: string, event: EventWriter, normaliser: Normaliser): boolean {
  const isCounted = line.charCodeAt(0) === 0x5b;
  if (!line.endsWith(isCounted ? "}]" : "}")) return false;
  const head = (isCounted ? COUNTED : DATED).exec(line);
  if (head === null) return false;
  const tag = isCounted ? head[1]! : (head[2] ?? head[3]!);
  const time = isCounted ? epochTime(head[2] ?? head[3]!, "s") : isoTime(head[1]!);
  if (time === undefined) return false;
  const text = line.slice(head[0].length, isCounted ? -1 : line.length);
  const members = scanMembers(text);
  if (members instanceof JsonFault) return false;
  const record = new JsonFields(text, members);
  normaliser.write(record, event);
  const own = normaliser.written(record, "timestamp");
  const written = event.takeMembers();
  if (own !== `"${time}"`) event.text(own === undefined ? "timestamp" : "fluent_time", time);
  if (!members.names.includes("tag")) event.text("tag", tag);
  if (written !== "") event.members(written);
  return true;
}
