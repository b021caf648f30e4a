/** The formats that lines may be in, each with how much of them it reads: `parse --detect`. */
import { assuming } from "../../../base/time/assumed.js";
import { Block } from "../../../event/block.js";
import { decodeLine } from "../../../event/decode-line.js";
import { EventWriter } from "../../../event/writer.js";
import { FormatDetector } from "../../../format/detector.js";
import { withoutColours } from "../../../format/line/colours.js";
import { formats } from "../../../format/registry.js";
import type { Emit, StageContext, Transform } from "../../../pipeline/contract/stage.js";
import { containerView } from "../records/container.js";
import { Grouper, type View } from "../records/grouper.js";
import { Trail } from "../records/trail.js";
import { otherTextOf } from "./other-text.js";
import { bestWay, UnreadLines } from "./unread.js";

/** So many records are looked at. */
const RECORDS_MAX = 1_000;
const BYTES_MAX = 4 << 20;
const NEWLINE = 0x0a;
const CONTAINERS = ["cri", "docker", "prefix"] as const;

interface Candidate {
  /** Records that the format alone reads. */
  reads: number;
  /** Those that `auto` leaves to it. */
  takes: number;
  readonly fields: Set<string>;
  sample: string;
  event: string;
}

export class Survey implements Transform {
  private readonly nowMs: () => number;
  private readonly zone: string | undefined;
  private readonly parts: Buffer[] = [];
  private length = 0;

  constructor(context: StageContext, zone: string | undefined) {
    this.nowMs = context.nowMs;
    this.zone = zone;
  }

  push({ bytes }: Block): boolean {
    this.parts.push(Buffer.from(bytes));
    this.length += bytes.length;
    return this.length < BYTES_MAX;
  }

  end(emit: Emit): void {
    const bytes = Buffer.concat(this.parts);
    const found = assuming({ zone: this.zone, nowMs: this.nowMs() }, () => surveyed(bytes, this.nowMs));
    const text = found.map((one) => `${JSON.stringify(one)}\n`).join("");
    if (text !== "") emit(new Block(Buffer.from(text)));
  }
}

/** One line of the answer. */
interface Finding {
  /** Null: no format reads these. */
  readonly format: string | null;
  /** Of the records, those that it reads: 0 to 1. */
  readonly score: number;
  /** Of the records, those that `auto` reads with it. */
  readonly auto: number;
  readonly records: number;
  readonly fields?: readonly string[];
  readonly sample: string;
  readonly event?: unknown;
  readonly command: string;
  /** Of the records that no format reads: how many the command does. */
  readonly reads?: number;
}

function surveyed(bytes: Buffer, nowMs: () => number): readonly Finding[] {
  const records = recordsOf(bytes);
  const other = otherTextOf(bytes);
  if (records.length === 0) return [];
  const own = formats
    .filter(({ auto }) => auto)
    .map((format) => ({ format, parser: format.create({ nowMs }) }));
  const detector = new FormatDetector(formats, { nowMs });
  const candidates = new Map<string, Candidate>();
  const unread = new UnreadLines();
  const writer = new EventWriter();
  const left: string[] = [];
  let headers = 0;
  let looked = 0;
  const queue = records.toReversed();
  for (let record = queue.pop(); record !== undefined; record = queue.pop()) {
    looked++;
    const text = record.split("\n", 1)[0]!;
    const result = detector.parse(text, writer);
    headers += result === "skip" ? 1 : 0;
    const isRead = result === true;
    const chosen = isRead ? detector.lastFormat?.name : undefined;
    writer.reset();
    for (const { format, parser } of own) {
      if (parser.parse(text, writer) === true)
        book(candidates, format.name, text, writer, format.name === chosen);
      writer.reset();
    }
    if (result !== false) continue;
    left.push(text);
    unread.add(text);
    // Below a line that is not read and opens nothing, indented ones are on their own.
    if (new Trail(text, false).isSingle) queue.push(...linesOf(record.slice(text.length + 1)).toReversed());
  }
  const findings = [...candidates].map(([name, one]) => findingOf(name, one, looked - headers));
  findings.sort((a, b) => b.auto - a.auto || b.score - a.score);
  if (other !== undefined && !other.isJson) findings.unshift(ofTable(other.name, other.parse, records));
  if (left.length > 0) findings.push(ofUnread(left, looked - headers, unread));
  return findings;
}

function book(
  candidates: Map<string, Candidate>,
  name: string,
  text: string,
  writer: EventWriter,
  isChosen: boolean,
): void {
  const event = writer.written();
  const known = candidates.get(name);
  const one = known ?? {
    reads: 0,
    takes: 0,
    fields: new Set(),
    sample: text,
    event: event?.toString() ?? "{}",
  };
  one.reads++;
  if (isChosen) one.takes++;
  if (one.fields.size < FIELDS_MAX) for (const field of event?.keys() ?? []) one.fields.add(field);
  if (known === undefined) candidates.set(name, one);
}

const FIELDS_MAX = 30;
const SAMPLE_UNITS_MAX = 300;

function findingOf(
  name: string,
  { reads, takes, fields, sample, event }: Candidate,
  records: number,
): Finding {
  return {
    format: name,
    score: share(reads, records),
    auto: share(takes, records),
    records: reads,
    fields: [...fields],
    sample: sample.slice(0, SAMPLE_UNITS_MAX),
    event: JSON.parse(event) as unknown,
    command: takes === records ? "parse" : `parse -f ${name}`,
  };
}

function ofTable(name: string, command: string, records: readonly string[]): Finding {
  const sample = records[0]!.split("\n", 1)[0]!.slice(0, SAMPLE_UNITS_MAX);
  return { format: name.toLowerCase(), score: 1, auto: 0, records: records.length, sample, command };
}

function ofUnread(left: readonly string[], records: number, unread: UnreadLines): Finding {
  const counts: Record<string, number> = {};
  unread.count((name, by) => {
    counts[name] = (counts[name] ?? 0) + by;
  });
  const way = bestWay(counts, left);
  const score = share(left.length, records);
  const sample = (way?.reads[0] ?? left[0]!).slice(0, SAMPLE_UNITS_MAX);
  const command = way?.command ?? "parse -f 'template:...'";
  return {
    format: null,
    score,
    auto: score,
    records: left.length,
    sample,
    command,
    reads: way?.reads.length ?? 0,
  };
}

function share(part: number, all: number): number {
  return Math.round((part / all) * 1000) / 1000;
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** The first records, without what stood around their lines. */
function recordsOf(bytes: Buffer): readonly string[] {
  const grouper = new Grouper<View>();
  const records: string[] = [];
  const add = (groups: ReturnType<typeof grouper.take>) => {
    for (const { text } of groups) records.push(text);
  };
  for (let start = 0; start < bytes.length && records.length < RECORDS_MAX; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = withoutColours(decodeLine(bytes.subarray(start, end)).text);
    start = end + 1;
    if (text.trim() === "") continue;
    const {
      stream = "",
      text: own = text,
      seconds = 0,
      isPartial = false,
    } = containerView(text, CONTAINERS) ?? {};
    grouper.push({ stream, text: own, isPartial, seconds });
    add(grouper.take());
  }
  add(grouper.end());
  return records.filter((text) => text.trim() !== "").slice(0, RECORDS_MAX);
}
