/** What the lines that no format reads look like, by the miner of `patterns`. */

import { table } from "../../../base/table.js";
import type { Template } from "../../../sketch/templates/template.js";
import { TemplateMiner } from "../../../sketch/templates/templates.js";
import { quoted } from "./quoted.js";

/** The first so many are looked at, on each thread. */
const LINES_MAX = 5_000;
const LINE_UNITS_MAX = 1_000;
const TEMPLATES_MAX = 200;

/** How the names of counters of unread lines begin; the pattern follows. */
export const UNREAD = "unread: ";

export class UnreadLines {
  private readonly miner = new TemplateMiner(TEMPLATES_MAX);
  private readonly found = new Map<Template, number>();
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
  }

  /** Counts them under their patterns, as these are by now; once a block. */
  count(count: (name: string, by: number) => void): void {
    for (const [template, lines] of this.found) count(`${UNREAD}${template.text}`, lines);
    this.found.clear();
  }
}

/** Commands that would read the lines of the most frequent patterns, from what a stage has counted. None of lines that are all the same. */
export function commandsFor(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts)
    .filter(([name]) => name.startsWith(UNREAD))
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, COMMANDS_MAX)
    .map(([name]) => name.slice(UNREAD.length))
    .filter((pattern) => /<(?:\*|[a-z]+)>/.test(pattern) && pattern.length <= PATTERN_UNITS_MAX)
    .map(commandFor);
}

const COMMANDS_MAX = 3;
const PATTERN_UNITS_MAX = 300;

/** What reads lines of a pattern: `parse -f 'template:Failed password for {word:word} from {ip:ip}'`. */
function commandFor(pattern: string): string {
  const used = new Map<string, number>();
  const template = pattern.replace(/[{}]/g, "$&$&").replace(VARIABLE, (_, kind: string) => {
    const [name, type] = SLOTS[kind] ?? ["word", "word"];
    const n = (used.get(name) ?? 0) + 1;
    used.set(name, n);
    return `{${name}${n === 1 ? "" : n}:${type}}`;
  });
  return `parse -f ${quoted(`template:${template}`)}`;
}

const VARIABLE = /<(\*|[a-z]+)>/g;
const SLOTS: Readonly<Record<string, readonly [name: string, type: string]>> = table({
  num: ["number", "float"],
  ip: ["ip", "ip"],
  time: ["time", "time"],
  path: ["path", "word"],
  url: ["url", "word"],
  uuid: ["id", "word"],
  id: ["id", "word"],
  hex: ["id", "word"],
  email: ["email", "word"],
  duration: ["duration", "word"],
  size: ["size", "word"],
});
