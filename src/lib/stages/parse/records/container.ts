/**
 * What is wrapped around each line that a program has written: CRI's head, Docker's JSON, the prefixes of tools that
 * show logs.
 */

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
import { JsonFault, scanMembers } from "../../../json/members.js";
import type { RawLine } from "./carrier.js";
import type { View } from "./grouper.js";
import { type LinePrefix, prefixOf } from "./prefix.js";

export type ContainerKind = "cri" | "docker" | "prefix";

/** A line as the program wrote it, or a piece of one that was too long for the runtime. */
export interface ContainerView extends View {
  readonly kind: ContainerKind;
  readonly around:
    | { readonly cri: RegExpExecArray }
    | { readonly docker: DockerLine }
    | { readonly prefix: LinePrefix };
  /** The line as it was read, and where; set by who reads it. */
  raw?: RawLine;
  start?: number;
}

export function containerView(line: string, kinds: readonly ContainerKind[]): ContainerView | undefined {
  const first = line.charCodeAt(0);
  if (first === 0x7b) return kinds.includes("docker") ? dockerView(line) : undefined;
  const isTimed = first >= 0x30 && first <= 0x39 && line.charCodeAt(10) === 0x54;
  const view = isTimed && kinds.includes("cri") ? criView(line) : undefined;
  return view ?? (kinds.includes("prefix") ? prefixView(line) : undefined);
}

/** Whether the last line of a block, which begins at `start` as records do, can be one. */
export function mayBeContainer(bytes: Buffer, start: number): boolean {
  if (bytes[start] === 0x7b) return bytes.subarray(start).includes(DOCKER_KEY);
  if (bytes[start + 2] === 0x3a && bytes[start + 8] === 0x20) return true;
  if (bytes[start + 10] !== 0x54 || bytes[start + 4] !== 0x2d) return false;
  for (let at = start + 19; at < start + 36; at++)
    if (bytes[at] === 0x20)
      return at > start + 27 || (bytes[at + 1] === 0x73 && bytes[at + 2] === 0x74 && bytes[at + 3] === 0x64);
  return false;
}

/**
 * Writes the event of a program's text that stays text, put together from its pieces and lines; false where it has no
 * time.
 */
export function writeView(
  { around }: ContainerView,
  text: string,
  isPartial: boolean,
  event: EventWriter,
): boolean {
  if ("cri" in around) return writeCri(around.cri, text, isPartial, event);
  if ("prefix" in around) return false;
  writeDocker(around.docker, text, isPartial, event);
  return true;
}

/** What the runtime says of a line, as JSON text; undefined where its time is none. */
export function runtimeMembers({ around }: ContainerView): Map<string, string> | undefined {
  if ("prefix" in around) {
    const { time } = around.prefix;
    const timestamp = time === undefined ? undefined : isoTime(time);
    return new Map(timestamp === undefined ? [] : [["timestamp", quote(timestamp)]]);
  }
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
 * Where the program's text is a JSON object, its members are those of the event, and what the runtime says stands
 * beside them: the time of the object wins, its text stays only where it has no `message`.
 */
export function writeObject(text: string, runtime: Map<string, string>, event: EventWriter): boolean {
  const read = scanMembers(text);
  if (read instanceof JsonFault) return false;
  normaliser.write(new JsonFields(text, read), event);
  const mayHave = event.mayHave("timestamp") || event.mayHave("message");
  const inner = mayHave ? event.written() : undefined;
  const time = inner?.raw("timestamp");
  if (time !== undefined && isCanonicalTime(time) && runtime.has("timestamp")) {
    runtime.set(CONTAINER_TIME, runtime.get("timestamp")!);
    runtime.delete("timestamp");
  }
  if (inner?.has("message") !== true && runtime.size > 0) runtime.set("message", quote(text));
  const isTwice = [...runtime.keys()].some((name) => event.mayHave(name));
  const same = isTwice ? event.makeRoomFor(runtime) : NONE;
  for (const [name, raw] of runtime) if (!same.has(name)) event.json(name, raw);
  return true;
}

const NONE: ReadonlySet<string> = new Set();

/** When the runtime took the line, where the line says itself when it was written. */
export const CONTAINER_TIME = "container_time";

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

function prefixView(line: string): ContainerView | undefined {
  const prefix = prefixOf(line);
  if (prefix === undefined) return undefined;
  const { stream, time, end } = prefix;
  return {
    kind: "prefix",
    around: { prefix },
    stream,
    text: line.slice(end),
    isPartial: false,
    seconds: time === undefined ? 0 : secondsOf(time),
  };
}

/** The seconds since some day, to tell how far lines are apart. */
function secondsOf(time: string): number {
  const month = two(time, 5);
  // A year begins in March: a day more or less comes last.
  const year = two(time, 0) * 100 + two(time, 2) - (month < 3 ? 1 : 0);
  const days = Math.floor(365.25 * year) + Math.floor(30.6001 * (month < 3 ? month + 13 : month + 1));
  return (((days + two(time, 8)) * 24 + two(time, 11)) * 60 + two(time, 14)) * 60 + two(time, 17);
}

function two(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

const DOCKER_KEY = Buffer.from('"log"');
