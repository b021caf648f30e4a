/** What a container's runtime wraps around each line that a program has written: CRI's head, Docker's JSON. */

import { isoTime } from "../../../base/time/read-time.js";
import { isCanonicalTime } from "../../../event/time/read.js";
import { type EventWriter, quote } from "../../../event/writer.js";
import { Normaliser } from "../../../format/normalise/normaliser.js";
import { CRI_HEAD, writeCri } from "../../../format/structured/cri.js";
import {
  type DockerLine,
  readDocker,
  withoutLineEnd,
  writeDocker,
} from "../../../format/structured/docker.js";
import { JsonFields } from "../../../format/structured/json.js";
import { JsonFault, type Members, scanMembers } from "../../../json/members.js";
import type { RawLine } from "./carrier.js";
import type { View } from "./grouper.js";

export type ContainerKind = "cri" | "docker";

/** A line as the program wrote it, or a piece of one that was too long for the runtime. */
export interface ContainerView extends View {
  readonly kind: ContainerKind;
  readonly around: { readonly cri: RegExpExecArray } | { readonly docker: DockerLine };
  /** The line as it was read, and where; set by who reads it. */
  raw?: RawLine;
  start?: number;
}

export function containerView(line: string, kinds: readonly ContainerKind[]): ContainerView | undefined {
  const first = line.charCodeAt(0);
  if (first === 0x7b) return kinds.includes("docker") ? dockerView(line) : undefined;
  if (first < 0x30 || first > 0x39 || line.charCodeAt(10) !== 0x54) return undefined;
  return kinds.includes("cri") ? criView(line) : undefined;
}

/** Whether the last line of a block, which begins at `start`, can be one. */
export function mayBeContainer(bytes: Buffer, start: number): boolean {
  if (bytes[start] === 0x7b) return bytes.subarray(start).includes(DOCKER_KEY);
  if (bytes[start + 10] !== 0x54 || bytes[start + 4] !== 0x2d) return false;
  for (let at = start + 19; at < start + 36; at++)
    if (bytes[at] === 0x20) return bytes[at + 1] === 0x73 && bytes[at + 2] === 0x74 && bytes[at + 3] === 0x64;
  return false;
}

/** Writes the event of a program's line, put together from its pieces, or of several that are one record. */
export function writeView(
  { around }: ContainerView,
  text: string,
  isPartial: boolean,
  event: EventWriter,
): boolean {
  const isObject = !isPartial && text.charCodeAt(0) === 0x7b;
  const members = isObject ? scanMembers(text) : undefined;
  if (members !== undefined && !(members instanceof JsonFault)) {
    const runtime = membersOf(around);
    if (runtime === undefined) return false;
    writeObject(text, members, runtime, event);
    return true;
  }
  if ("cri" in around) return writeCri(around.cri, text, isPartial, event);
  writeDocker(around.docker, text, isPartial, event);
  return true;
}

/** What the runtime says of a line, as JSON text; undefined where its time is none. */
function membersOf(around: ContainerView["around"]): Map<string, string> | undefined {
  if ("docker" in around) {
    const { timestamp, stream, attrs } = around.docker;
    const members = new Map([
      ["timestamp", quote(timestamp)],
      ["stream", stream],
    ]);
    return attrs === undefined ? members : members.set("attrs", attrs);
  }
  const [, time, stream, , tags] = around.cri;
  const timestamp = isoTime(time!);
  if (timestamp === undefined) return undefined;
  const members = new Map([
    ["timestamp", quote(timestamp)],
    ["stream", quote(stream!)],
  ]);
  return tags === undefined ? members : members.set("tags", quote(tags));
}

const normaliser = new Normaliser();

/**
 * Where the program's text is a JSON object, its members are those of the event, and what the runtime says stands beside them:
 * the time of the object wins, its text stays only where it has no `message`.
 */
function writeObject(text: string, read: Members, runtime: Map<string, string>, event: EventWriter): void {
  normaliser.write(new JsonFields(text, read), event);
  const mayHave = event.mayHave("timestamp") || event.mayHave("message");
  const inner = mayHave ? event.written() : undefined;
  const time = inner?.raw("timestamp");
  if (time !== undefined && isCanonicalTime(time)) {
    runtime.set(CONTAINER_TIME, runtime.get("timestamp")!);
    runtime.delete("timestamp");
  }
  if (inner?.has("message") !== true) runtime.set("message", quote(text));
  const isTwice = [...runtime.keys()].some((name) => event.mayHave(name));
  const same = isTwice ? event.makeRoomFor(runtime) : NONE;
  for (const [name, raw] of runtime) if (!same.has(name)) event.json(name, raw);
}

const NONE: ReadonlySet<string> = new Set();

/** When the runtime took the line, where the line says itself when it was written. */
const CONTAINER_TIME = "container_time";

function criView(line: string): ContainerView | undefined {
  const match = CRI_HEAD.exec(line);
  if (match === null) return undefined;
  return {
    kind: "cri",
    around: { cri: match },
    stream: match[2]!,
    text: line.slice(match[0].length),
    isPartial: match[3] === "P",
    seconds: secondsOf(line),
  };
}

function dockerView(line: string): ContainerView | undefined {
  const read = readDocker(line);
  if (read === undefined) return undefined;
  const { log, stream, timestamp } = read;
  return {
    kind: "docker",
    around: { docker: read },
    stream: stream === '"stdout"' ? "stdout" : "stderr",
    text: withoutLineEnd(log),
    isPartial: !log.endsWith("\n"),
    seconds: secondsOf(timestamp),
  };
}

/** The seconds of a month, near enough to tell how far lines are apart. */
function secondsOf(time: string): number {
  return ((two(time, 8) * 24 + two(time, 11)) * 60 + two(time, 14)) * 60 + two(time, 17);
}

function two(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

const DOCKER_KEY = Buffer.from('"log"');
