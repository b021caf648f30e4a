/** What services write, phrase by phrase: the parts of a text that are fields. */

import type { EventWriter } from "../../../event/writer.js";

/**
 * Phrases of one service, each a regular expression whose named groups are fields, anchored at the beginning of the
 * text. `client` is written as `client_ip` where it is an address, else as `client_host`; names in NUMBERS are numbers
 * where they can be; empty parts and `-` are left out. The first phrase that fits counts.
 */
export class Phrases {
  private readonly phrases: readonly Phrase[];

  constructor(sources: readonly string[]) {
    this.phrases = sources.map(phraseOf);
  }

  /** False when no phrase fits; nothing has been written then. */
  read(text: string, event: EventWriter): boolean {
    for (const { pattern, head, names, groups } of this.phrases) {
      if (head !== "" && !text.startsWith(head)) continue;
      pattern.lastIndex = 0;
      const match = pattern.exec(text);
      if (match === null) continue;
      for (let i = 0; i < names.length; i++) writePart(names[i]!, match[groups[i]!], event);
      return true;
    }
    return false;
  }
}

interface Phrase {
  readonly pattern: RegExp;
  /** What the text begins with, where the pattern begins with plain letters. */
  readonly head: string;
  readonly names: readonly string[];
  readonly groups: readonly number[];
}

const NAMED_GROUP = /\(\?<([a-z_0-9]+)>/g;

function phraseOf(source: string): Phrase {
  const names = [...source.matchAll(NAMED_GROUP)].map((match) => match[1]!);
  const head =
    source.includes("|") && /^[^(]*\|/.test(source) ? "" : /^[A-Za-z ,:_-]*(?![?*+{])/.exec(source)![0];
  return {
    pattern: new RegExp(source.replace(NAMED_GROUP, "("), "sy"),
    // A letter before a quantifier may be missing.
    head: /^[?*{]/.test(source.slice(head.length)) ? head.slice(0, -1) : head,
    names,
    groups: names.map((_, i) => i + 1),
  };
}

/** An address of either kind, as far as its signs tell. */
export const ADDRESS = "(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f:]{2,39}(?:\\.\\d{1,3}){0,3}(?:%\\w{1,16})?)";
const IS_ADDRESS = new RegExp(`^${ADDRESS}$`);

const NUMBERS: ReadonlySet<string> = new Set(
  (
    "client_port server_port src_port dst_port uid status bytes size line pid ppid attempts nrcpt delay duration_ms duration_s lifetime_s " +
    "priority signature_id revision generator_id connection responses rules rule_number sub_rule tracker ip_version length ttl id ack seq " +
    "window src_port dst_port data_length icmp_type icmp_code score spam_score required_score tries interval_s alert_level"
  ).split(" "),
);

/** `prefix`: before the name, where the part is another's. */
export function writePart(name: string, value: string | undefined, event: EventWriter, prefix = ""): void {
  if (value === undefined) return;
  if (name === "client") {
    const text = value.startsWith("::ffff:") && value.includes(".") ? value.slice(7) : value;
    event.textIf(IS_ADDRESS.test(text) ? "client_ip" : "client_host", text === "?" ? "" : text);
  } else if (name === "client_host") event.textIf(name, value === "unknown" ? "" : value);
  else if (NUMBERS.has(name) && /^-?(?:0|[1-9]\d{0,17})(?:\.\d{1,12})?$/.test(value))
    event.number(prefix + name, value);
  else event.textIf(prefix + name, value.trim());
}
