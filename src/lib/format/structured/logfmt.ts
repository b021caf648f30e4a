import { timeAt } from "../../base/time/time-at.js";
import { quote } from "../../event/writer.js";
import type { Format } from "../format.js";
import { isKey } from "../line/key.js";
import { endOfQuoted, typed, unquote } from "../line/pair-value.js";
import { Normaliser } from "../normalise/normaliser.js";
import { TEXT_KEYS } from "../normalise/well-known.js";
import { joinDateAndTime } from "./pairs/date-and-time.js";
import { PairFields } from "./pairs/pairs.js";

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
    {
      line: "date=2026-11-21 time=10:00:01.5 lvl=warn msg='two words' q=`a \\ b` name=O'Brien",
      event:
        '{"timestamp":"2026-11-21T10:00:01.5Z","level":"warn","message":"two words","q":"a \\\\ b","name":"O\'Brien"}',
    },
    {
      line: "ts=2026-11-21 10:00:01,574 level=warn msg=low",
      event: '{"timestamp":"2026-11-21T10:00:01.574Z","level":"warn","message":"low"}',
    },
    { line: "a=1, b=two, c=3", event: '{"a":1,"b":"two","c":3}' },
    { line: "https://example.org/?a=1", event: undefined },
    { line: "total=7 10:00:01 steps=7", event: undefined },
    { line: "10:00:01|Step_A|42|total=100 steps=7", event: undefined },
  ],
  create() {
    const normaliser = new Normaliser();
    const pairs = new LogfmtPairs();
    return {
      parse(line, event) {
        if (!pairs.read(line)) return false;
        normaliser.write(pairs, event);
        return true;
      },
    };
  },
};

/**
 * A key: no blanks, quotes, equals signs, brackets, commas, bars, nor what parts a URL. Before `=` it must be a key,
 * too.
 */
const KEY = /[^\s"'`=?&()[\]{}<>,;|\ufffd\u0000-\u001f]+/y;
const PLAIN_KEY = /[a-z][a-z_]{0,31}(?==)/y;
/** How a word ends before a pause. */
const ENDS_LIKE_PROSE = /[.:!?'`-]$/;
const BARE_VALUE = /[^\s"\u0000-\u001f][^\s\u0000-\u001f]*/y;
const BLANKS = /[\s\u0000-\u0020]+/y;

/** The pairs of one line. */
export class LogfmtPairs extends PairFields {
  private line = "";
  private at = 0;
  private flags = 0;
  private paired = 0;
  /** A quote that nothing closes any more, so that the line is not searched for it once a pair. */
  private unclosed = 0;
  private hasDate = false;
  /** Where the last value without quotes starts, and its key; -1: it has quotes. */
  private valueAt = -1;
  private valueKey = "";
  /** Bare keys behind the last value. */
  private readonly bareKeys: string[] = [];
  /** How many pairs a comma or semicolon parts from the next one; and those of them that have it in their value. */
  private separated = 0;
  private readonly separatedKeys: string[] = [];

  /**
   * Whether the line is logfmt: it begins with a pair (not with blanks, as lines do that continue another one), has
   * nothing but pairs and bare keys, and at least half of them are pairs.
   */
  read(line: string): boolean {
    this.clear();
    this.line = line;
    this.at = 0;
    this.flags = 0;
    this.paired = 0;
    this.unclosed = 0;
    this.hasDate = false;
    this.separated = 0;
    if (this.separatedKeys.length > 0) this.separatedKeys.length = 0;
    while (this.at < line.length) {
      if (!this.token() || this.paired === 0) return false;
      const next = this.behindBlanks();
      if (next === this.at && next < line.length) return false;
      this.at = next;
    }
    if (this.paired === 0 || this.paired < this.flags) return false;
    if (this.separated >= this.paired - 1 && this.flags === 0) this.dropSeparators();
    this.joinTime();
    return true;
  }

  /** How many of the keys have a value. */
  get pairCount(): number {
    return this.paired;
  }

  private token(): boolean {
    const { line } = this;
    // Most keys need no further look.
    const plainEnd = this.endOf(PLAIN_KEY, this.at);
    if (plainEnd > this.at) {
      const key = line.slice(this.at, plainEnd);
      if (key === "date") this.hasDate = true;
      this.at = plainEnd + 1;
      this.paired++;
      return this.value(key);
    }
    const end = this.endOf(KEY, this.at);
    if (end === this.at) return false;
    const key = line.slice(this.at, end);
    this.at = end;
    if (line.charCodeAt(end) !== 0x3d) {
      return this.bareKey(key);
    }
    this.at = end + 1;
    this.paired++;
    return isKnownKey(key) && this.value(key);
  }

  /** A key without a value; or the further words of a time, which then is the value before it. */
  private bareKey(key: string): boolean {
    if (isBareKey(key)) {
      this.flags++;
      if (this.valueAt >= 0) this.bareKeys.push(key);
      this.put(key, "true");
      return !ENDS_LIKE_PROSE.test(key);
    }
    const { line, valueAt } = this;
    if (valueAt < 0) return false;
    const end = timeAt(line, valueAt, 0)?.end ?? -1;
    if (end < this.at - 1) return false;
    for (const name of this.bareKeys) this.take(name);
    this.flags -= this.bareKeys.length;
    this.put(this.valueKey, quote(line.slice(valueAt, end)));
    this.at = end;
    this.valueAt = -1;
    if (this.isSeparator(line.charCodeAt(end))) {
      this.separated++;
      this.at++;
    }
    return true;
  }

  private isSeparator(code: number): boolean {
    return code === 0x2c || code === 0x3b;
  }

  /** `a=1, b=2` has its marks between pairs, not in values. */
  private dropSeparators(): void {
    for (const key of this.separatedKeys) {
      const raw = this.get(key)!;
      const value = raw.slice(1, -2);
      this.put(key, TEXT_KEYS.has(key) || value.includes("\\") ? `"${value}"` : typed(value));
    }
  }

  private value(key: string): boolean {
    const { line, at } = this;
    const first = line.charCodeAt(at);
    this.valueAt = -1;
    if (first === 0x22) {
      this.at = endOfQuoted(line, at);
      if (this.at < 0) return false;
      this.put(key, unquote(line.slice(at, this.at)));
      if (this.isSeparator(line.charCodeAt(this.at)) && line.charCodeAt(this.at + 1) === 0x20) {
        this.at++;
        this.separated++;
      }
      return true;
    }
    // A lone ' or ` is a character like any other: `name=O'Brien`, `q='`.
    const isOther = (first === 0x27 || first === 0x60) && first !== this.unclosed;
    const end = isOther ? endOfOtherQuotes(line, at) : -1;
    if (isOther && end < 0) this.unclosed = first;
    if (end > 0) {
      this.at = end;
      this.put(key, quote(withoutQuotes(line.slice(at + 1, end - 1), first)));
      return true;
    }
    this.at = this.endOf(BARE_VALUE, at);
    const value = line.slice(at, this.at);
    this.valueAt = at;
    this.valueKey = key;
    if (this.bareKeys.length > 0) this.bareKeys.length = 0;
    if (this.at > at && this.isSeparator(line.charCodeAt(this.at - 1)) && this.at < line.length) {
      this.separated++;
      this.separatedKeys.push(key);
    }
    this.put(key, TEXT_KEYS.has(key) ? quote(value) : typed(value));
    return true;
  }

  /** Where the sticky `pattern` ends when it begins at `from`, else `from`. */
  private endOf(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    return pattern.test(this.line) ? pattern.lastIndex : from;
  }

  private behindBlanks(): number {
    const { line, at } = this;
    // One blank between pairs is what nearly every line has.
    const next = line.charCodeAt(at + 1);
    return line.charCodeAt(at) === 0x20 && next > 0x20 && next < 0x7f ? at + 1 : this.endOf(BLANKS, at);
  }

  /** `date=2026-11-21 time=10:00:01` is one time. */
  private joinTime(): void {
    if (!this.hasDate || !this.has("time") || this.has("timestamp")) return;
    const time = joinDateAndTime(this, ["tz", "timezone"]);
    if (time !== undefined) this.first("timestamp", quote(time));
  }
}

const keys = new Map<string, boolean>();

/** Whether a word without a value is a key rather than a number, a clock or other text. */
function isBareKey(word: string): boolean {
  return BARE_KEY.test(word) && isKnownKey(word);
}

const BARE_KEY = /^[^\d:+*#$-][^:]*$/;

function isKnownKey(text: string): boolean {
  const known = keys.get(text);
  if (known !== undefined) return known;
  const is = isKey(text, 0, text.length);
  if (text.length <= 64 && keys.size < 4096) keys.set(text, is);
  return is;
}

/**
 * Behind the closing quote of a value in ' or ` that opens at `at`: one that a blank or the end follows. -1 when there
 * is none.
 */
function endOfOtherQuotes(line: string, at: number): number {
  const quoteCode = line.charCodeAt(at);
  for (let end = at + 1; end < line.length; end++) {
    const code = line.charCodeAt(end);
    if (code === 0x5c && quoteCode === 0x27) end++;
    else if (code === quoteCode && !(line.charCodeAt(end + 1) > 0x20)) return end + 1;
  }
  return -1;
}

/** As Go has it, there are no escapes between backticks. */
function withoutQuotes(inside: string, quoteCode: number): string {
  return quoteCode === 0x27 ? inside.replace(/\\(['\\])/g, "$1") : inside;
}
