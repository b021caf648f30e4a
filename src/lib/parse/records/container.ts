/** What a container's runtime wraps around each line that a program has written: CRI's head, Docker's JSON. */

import { quote } from "../../event/quote.js";
import { CRI_HEAD } from "../../format/cri.js";
import type { RawLine } from "./carrier.js";
import type { View } from "./grouper.js";

export type ContainerKind = "cri" | "docker";

/** A line as the program wrote it, or a piece of one that was too long for the runtime. */
export interface ContainerView extends View {
  readonly kind: ContainerKind;
  readonly line: string;
  /** Where the program's text begins in `line`; Docker's: where its JSON string does. */
  readonly textAt: number;
  /** Docker's: behind the JSON string. */
  readonly textEnd: number;
  /** The line as it was read, and where; set by who reads it. */
  raw?: RawLine;
  start?: number;
}

export function containerView(line: string, kinds: readonly ContainerKind[]): ContainerView | undefined {
  const first = line.charCodeAt(0);
  if (first === 0x7b) return kinds.includes("docker") ? dockerView(line) : undefined;
  return first >= 0x30 && first <= 0x39 && kinds.includes("cri") ? criView(line) : undefined;
}

/** Whether a line can be one: for those that are looked at before they are decoded. Costs some nanoseconds. */
export function mayBeContainer(bytes: Buffer, start: number): boolean {
  if (bytes[start] === 0x7b) return startsWith(bytes, start, DOCKER_START);
  if (bytes[start + 10] !== 0x54 || bytes[start + 4] !== 0x2d) return false;
  for (let at = start + 19; at < start + 36; at++)
    if (bytes[at] === 0x20) return bytes[at + 1] === 0x73 && bytes[at + 2] === 0x74 && bytes[at + 3] === 0x64;
  return false;
}

/** The runtime's line around `text`, as if the program's lines and pieces had been one. */
export function wrapped(view: ContainerView, text: string, isPartial: boolean): string {
  const { kind, line, textAt, textEnd } = view;
  if (kind === "docker")
    return line.slice(0, textAt) + quote(isPartial ? text : `${text}\n`) + line.slice(textEnd);
  const head = line.slice(0, textAt);
  const tagged = isPartial ? head : head.replace(/^(\S+ std(?:out|err)) P/, "$1 F");
  return `${tagged.endsWith(" ") ? tagged : `${tagged} `}${text}`;
}

function criView(line: string): ContainerView | undefined {
  const match = CRI_HEAD.exec(line);
  if (match === null) return undefined;
  const textAt = match[0].length;
  return {
    kind: "cri",
    line,
    stream: match[2]!,
    text: line.slice(textAt),
    isPartial: match[3] === "P",
    seconds: secondsOf(line),
    textAt,
    textEnd: line.length,
  };
}

function dockerView(line: string): ContainerView | undefined {
  if (!line.startsWith(DOCKER_START_TEXT)) return undefined;
  const textAt = DOCKER_START_TEXT.length - 1;
  const textEnd = endOfString(line, textAt);
  const match = DOCKER_REST.exec(line.slice(textEnd));
  if (match === null) return undefined;
  const log = decoded(line.slice(textAt, textEnd));
  if (log === undefined) return undefined;
  const isPartial = !log.endsWith("\n");
  const text = isPartial ? log : log.slice(0, log.endsWith("\r\n") ? -2 : -1);
  return {
    kind: "docker",
    line,
    stream: match[1]!,
    text,
    isPartial,
    seconds: secondsOf(match[2]!),
    textAt,
    textEnd,
  };
}

function decoded(json: string): string | undefined {
  try {
    return JSON.parse(json) as string;
  } catch {
    return undefined;
  }
}

function endOfString(line: string, open: number): number {
  for (let at = open + 1; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code === 0x5c) at++;
  }
  return line.length;
}

/** The seconds of a month, near enough to tell how far lines are apart. */
function secondsOf(time: string): number {
  return ((two(time, 8) * 24 + two(time, 11)) * 60 + two(time, 14)) * 60 + two(time, 17);
}

function two(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

function startsWith(bytes: Buffer, start: number, text: Buffer): boolean {
  return bytes.length - start > text.length && text.compare(bytes, start, start + text.length) === 0;
}

const DOCKER_START_TEXT = '{"log":"';
const DOCKER_START = Buffer.from(DOCKER_START_TEXT);
const DOCKER_REST = /^,"stream":"(stdout|stderr)",(?:"attrs":\{[^}]*\},)?"time":"([^"]+)"\}$/;
