/** What the lines that no format reads look like, by the miner of `patterns`. */

import { table } from "../../../base/table.js";
import { noteGuess, takeGuesses } from "../../../base/time/assumed.js";
import { levelOfWord } from "../../../event/level-words.js";
import { EventWriter } from "../../../event/writer.js";
import { templateFormat } from "../../../format/patterns/template/template.js";
import type { Template } from "../../../sketch/templates/template.js";
import { TemplateMiner } from "../../../sketch/templates/templates.js";
import { quoted } from "./quoted.js";

/** The first so many are looked at, on each thread. */
const LINES_MAX = 5_000;
const LINE_UNITS_MAX = 1_000;
const TEMPLATES_MAX = 200;

/** So many lines of a pattern are kept to try it on. */
const SAMPLES_MAX = 8;

/** How the names of counters of unread lines begin; the pattern follows. */
export const UNREAD = "unread: ";
/** The same of patterns whose lines no one template reads. */
const UNREAD_MIXED = "unread, mixed: ";

export class UnreadLines {
  private readonly miner = new TemplateMiner(TEMPLATES_MAX);
  private readonly found = new Map<Template, number>();
  private readonly samples = new Map<Template, string[]>();
  private readonly names = new Map<string, string>();
  private lines = 0;

  /** Takes the first line of a record. */
  add(text: string): void {
    // What is not text has no pattern that anyone could use.
    if (this.lines++ >= LINES_MAX || /[\0-\x08\x0b-\x1f\x7f]/.test(text.slice(0, LINE_UNITS_MAX))) return;
    const end = text.indexOf("\n");
    const line = text.slice(0, Math.min(end === -1 ? text.length : end, LINE_UNITS_MAX));
    const bytes = Buffer.from(line);
    const template = this.miner.add(bytes, 0, bytes.length);
    this.found.set(template, (this.found.get(template) ?? 0) + 1);
    const samples = this.samples.get(template);
    if (samples === undefined) this.samples.set(template, [line]);
    else if (samples.length < SAMPLES_MAX) samples.push(line);
  }

  /** Counts them under their patterns, as these are by now; once a block. */
  count(count: (name: string, by: number) => void): void {
    for (const [template, lines] of this.found) count(this.nameOf(template), lines);
    this.found.clear();
  }

  private nameOf(template: Template): string {
    const { text } = template;
    const known = this.names.get(text);
    if (known !== undefined) return known;
    const samples = this.samples.get(template) ?? [];
    const name = this.names.get(text) ?? nameOf(text, samples);
    if (this.names.size < NAMES_MAX) this.names.set(text, name);
    return name;
  }
}

const NAMES_MAX = 1_000;

/** With the blanks that lines of the pattern begin with, where these count. */
function nameOf(pattern: string, samples: readonly string[]): string {
  if (!isUsable(pattern)) return `${UNREAD}${pattern}`;
  const isIndented = /^[ \t]/.test(samples[0] ?? "");
  const fitting = (isIndented ? [` ${pattern}`, pattern] : [pattern]).find(
    (one) => linesRead(templateOf(one), samples).length * 2 > samples.length,
  );
  return fitting === undefined ? `${UNREAD_MIXED}${pattern}` : `${UNREAD}${fitting}`;
}

/** Those of the lines that a template reads. */
function linesRead(template: string, lines: readonly string[]): readonly string[] {
  const guesses = takeGuesses();
  try {
    const parser = templateFormat(template).create({ nowMs: () => NOW_MS });
    const event = new EventWriter();
    return lines.filter((line) => {
      event.reset();
      return parser.parse(line, event) === true;
    });
  } catch {
    // Two values with nothing between.
    return [];
  } finally {
    takeGuesses();
    noteGuess(guesses);
  }
}

/** Any day will do: what a time without a year says is not looked at. */
const NOW_MS = 1_790_000_000_000;

export interface WayToRead {
  readonly command: string;
  /** The lines that it reads. */
  readonly reads: readonly string[];
}

/**
 * Of the commands for patterns, and of one for what most lines have in common at their beginning, that which reads
 * most; undefined: none reads any.
 */
export function bestWay(
  counts: Readonly<Record<string, number>>,
  lines: readonly string[],
): WayToRead | undefined {
  const patterns = patternsOf(counts);
  const head = commonHead(patterns);
  const templates = patterns.filter(isUsable).slice(0, COMMANDS_MAX).map(templateOf);
  if (head !== undefined && !NO_TEXT.test(head)) templates.push(head);
  let best: WayToRead | undefined;
  for (const template of templates) {
    const reads = linesRead(template, lines);
    if (reads.length > (best?.reads.length ?? 0)) best = { command: commandOf(template), reads };
  }
  return best;
}

/**
 * `{number:float} [main] {word:word} {word2:word} - {message}`: up to the last sign that all patterns have in one
 * place.
 */
function commonHead(patterns: readonly string[]): string | undefined {
  const all = patterns.slice(0, HEADS_MAX).map((pattern) => pattern.split(" "));
  const rows = all.filter(([first]) => first === all[0]![0]);
  if (rows.length < 2) return undefined;
  const tokens: string[] = [];
  let end = 0;
  for (let n = 0; n < HEAD_TOKENS_MAX && rows.every((row) => n < row.length - 1); n++) {
    const column = rows.map((row) => row[n]!);
    const first = column[0]!;
    const isSame = column.every((one) => one === first);
    tokens.push(isSame ? first : column.every((one) => levelOfWord(one) !== undefined) ? "<level>" : "<*>");
    if (isSame && (!/[A-Za-z]{2}/.test(first.replace(VARIABLE, "")) || /[\])|:]$/.test(first))) end = n + 1;
  }
  return end === 0 ? undefined : `${templateOf(tokens.slice(0, end).join(" "))} {message}`;
}

const HEADS_MAX = 50;
const HEAD_TOKENS_MAX = 12;

/**
 * Commands that would read the lines of the most frequent patterns, from what a stage has counted. None of lines that
 * are all the same.
 */
export function commandsFor(counts: Readonly<Record<string, number>>): readonly string[] {
  return patternsOf(counts)
    .slice(0, COMMANDS_MAX)
    .filter(isUsable)
    .map((pattern) => commandOf(templateOf(pattern)));
}

/** Those that can be read, the most frequent first. */
function patternsOf(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts)
    .filter(([name]) => name.startsWith(UNREAD))
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([name]) => name.slice(UNREAD.length));
}

function isUsable(pattern: string): boolean {
  if (NO_TEXT.test(pattern)) return false;
  return /<(?:\*|[a-z]+)>/.test(pattern) && pattern.length <= PATTERN_UNITS_MAX;
}

/** Bytes that are no text have nothing in common that anybody meant. */
const NO_TEXT = /[^\P{Cc}\t]|\uFFFD/u;
const COMMANDS_MAX = 3;
const PATTERN_UNITS_MAX = 300;

function commandOf(template: string): string {
  return `parse -f ${quoted(`template:${template}`)}`;
}

/** What reads lines of a pattern: `Failed password for {word:word} from {ip:ip}`. */
function templateOf(pattern: string): string {
  const used = new Map<string, number>();
  return pattern.replace(/[{}]/g, "$&$&").replace(VARIABLE, (_, kind: string) => {
    const [name, type] = SLOTS[kind] ?? ["word", "word"];
    const n = (used.get(name) ?? 0) + 1;
    used.set(name, n);
    return `{${name}${n === 1 ? "" : n}:${type}}`;
  });
}

const VARIABLE = /<(\*|[a-z]+)>/g;
const SLOTS: Readonly<Record<string, readonly [name: string, type: string]>> = table({
  num: ["number", "float"],
  ip: ["ip", "ip"],
  time: ["time", "time"],
  level: ["level", "level"],
  path: ["path", "word"],
  url: ["url", "word"],
  uuid: ["id", "word"],
  id: ["id", "word"],
  hex: ["id", "word"],
  email: ["email", "word"],
  duration: ["duration", "word"],
  size: ["size", "word"],
});
