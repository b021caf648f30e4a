import type { EventWriter } from "../../event/writer.js";
import { quote } from "../../event/writer.js";
import type { Format } from "../format.js";
import { isKey } from "../line/key.js";
import { endOfQuoted, typed, unquote } from "../line/pair-value.js";
import { type Fields, Normaliser } from "../normalise/normaliser.js";
import { TEXT_KEYS } from "../normalise/well-known.js";

/** `key=value key="value with blanks" flag`, as Heroku, Go programs, Grafana and Prometheus write it. */
export const logfmt: Format = {
  name: "logfmt",
  summary: 'key=value pairs: level=info msg="request done" status=200',
  auto: true,
  reference: "https://pkg.go.dev/github.com/kr/logfmt and https://github.com/go-logfmt/logfmt",
  examples: [
    {
      line: 'time=2026-11-21T10:00:00.5Z level=WARN msg="disk is \\"full\\"" free=0.10 retry=true dev=/dev/sda1',
      event:
        '{"timestamp":"2026-11-21T10:00:00.5Z","level":"warn","message":"disk is \\"full\\"","free":0.10,"retry":true,"dev":"/dev/sda1"}',
    },
    {
      line: "at=info cached method=GET status=200 connect=1ms user= note=null at=last",
      event: '{"at":"last","cached":true,"method":"GET","status":200,"connect":"1ms","user":"","note":null}',
    },
    { line: "the value of x is now y=2", event: undefined },
    { line: 'level=info msg="cut o', event: undefined },
    { line: "authentication failure; uid=0 euid=0 tty=ssh", event: undefined },
    { line: "https://example.org/?a=1", event: undefined },
    { line: "20261121-10:00:00:001|Step|42|total=100 steps=7", event: undefined },
  ],
  create() {
    const normaliser = new Normaliser();
    const pairs = new Pairs();
    return {
      parse(line, event) {
        if (!pairs.read(line)) return false;
        normaliser.write(pairs, event);
        return true;
      },
    };
  },
};

/** A word: no blanks, quotes, equals signs, brackets, commas, nor what parts a URL. Before `=` it must be a key, too. */
const WORD = /[^\s"=?&()[\]{}<>,;\ufffd\u0000-\u001f]+/y;
/** How a word ends before a pause. */
const ENDS_LIKE_PROSE = /[.:!?'`-]$/;
const BARE_VALUE = /[^\s"\u0000-\u001f][^\s\u0000-\u001f]*/y;
const BLANKS = /[\s\u0000-\u0020]+/y;

/** The pairs of one line. Of duplicate keys the last value counts, at the place of the first. */
class Pairs implements Fields {
  names: string[] = [];
  private values: string[] = [];
  private readonly places = new Map<string, number>();
  private line = "";
  private at = 0;
  private bare = 0;
  private paired = 0;

  /**
   * Whether the line is logfmt: it begins with a pair (not with blanks, as lines do that continue another one), has
   * nothing but pairs and bare keys, and at least half of them are pairs.
   */
  read(line: string): boolean {
    this.names = [];
    this.values = [];
    this.places.clear();
    this.line = line;
    this.at = 0;
    this.bare = 0;
    this.paired = 0;
    while (this.at < line.length) {
      if (!this.token() || this.paired === 0) return false;
      const next = this.endOf(BLANKS, this.at);
      if (next === this.at && next < line.length) return false;
      this.at = next;
    }
    return this.paired > 0 && this.paired >= this.bare;
  }

  raw(i: number): string {
    return this.values[i]!;
  }

  copy(first: number, last: number, event: EventWriter): void {
    for (let i = first; i <= last; i++) event.json(this.names[i]!, this.values[i]!);
  }

  private token(): boolean {
    const { line } = this;
    const end = this.endOf(WORD, this.at);
    if (end === this.at) return false;
    const key = line.slice(this.at, end);
    this.at = end;
    if (line.charCodeAt(end) !== 0x3d) {
      this.bare++;
      this.put(key, "true");
      return !ENDS_LIKE_PROSE.test(key);
    }
    this.at = end + 1;
    this.paired++;
    return isKey(key, 0, key.length) && this.value(key);
  }

  private value(key: string): boolean {
    const { line, at } = this;
    if (line.charCodeAt(at) === 0x22) {
      this.at = endOfQuoted(line, at);
      if (this.at < 0) return false;
      this.put(key, unquote(line.slice(at, this.at)));
      return true;
    }
    this.at = this.endOf(BARE_VALUE, at);
    const value = line.slice(at, this.at);
    this.put(key, TEXT_KEYS.has(key) ? quote(value) : typed(value));
    return true;
  }

  /** Where the sticky `pattern` ends when it begins at `from`, else `from`. */
  private endOf(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    return pattern.test(this.line) ? pattern.lastIndex : from;
  }

  private put(key: string, raw: string): void {
    const known = this.places.get(key);
    if (known !== undefined) this.values[known] = raw;
    else {
      this.places.set(key, this.names.length);
      this.names.push(key);
      this.values.push(raw);
    }
  }
}
