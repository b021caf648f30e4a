/** Lines of pino, changed to what `parse` knows: names for levels of the logger's own, `message` for its own key. */
import { JsonFault, scanMembers } from "../lib/json/members.js";

/** What pino tells its streams, by a `message` event, before it writes. */
interface LoggerConfig {
  readonly levels?: { readonly labels?: Readonly<Record<string, string>> };
  readonly messageKey?: string;
}

/** Undefined for any other message. */
export function loggerConfigIn(message: unknown): LoggerConfig | undefined {
  const { code, config } = (message ?? {}) as { code?: unknown; config?: unknown };
  return code === "PINO_CONFIG" && typeof config === "object" && config !== null ? config : undefined;
}

/** What says the names of levels alone: pino's option `customLevels`, numbers by name. */
export function configOfLevels(levels: unknown): { readonly code: string; readonly config: LoggerConfig } {
  const byName = typeof levels === "object" && levels !== null ? Object.entries(levels) : [];
  const labels = Object.fromEntries(byName.map(([name, number]) => [String(number), name]));
  return { code: "PINO_CONFIG", config: { levels: { labels } } };
}

const OF_PINO: Readonly<Record<string, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

export class PinoLines {
  private readonly labels = new Map<string, string>();
  private readonly messageKey: string | undefined;
  private rest = "";

  constructor({ levels, messageKey }: LoggerConfig) {
    for (const [number, label] of Object.entries(levels?.labels ?? {}))
      if (OF_PINO[number] !== label) this.labels.set(number, JSON.stringify(String(label)));
    const isOwn = typeof messageKey === "string" && messageKey !== "msg" && messageKey !== "message";
    this.messageKey = isOwn ? messageKey : undefined;
  }

  /** Whether lines of this logger need nothing. */
  get isPlain(): boolean {
    return this.labels.size === 0 && this.messageKey === undefined;
  }

  /** Whole lines of a text that is cut anywhere; "" where there are none yet. */
  push(text: string): string {
    const end = text.lastIndexOf("\n") + 1;
    if (end === 0) {
      this.rest += text;
      return "";
    }
    const whole = this.rest + text.slice(0, end);
    this.rest = text.slice(end);
    return this.changed(whole);
  }

  /** What came behind the last line end. */
  end(): string {
    const { rest } = this;
    this.rest = "";
    return this.changed(rest);
  }

  private changed(lines: string): string {
    const named = this.labels.size === 0 ? lines : lines.replace(LEVEL, (all, n) => this.named(all, n));
    if (this.messageKey === undefined) return named;
    return named.replace(/[^\n]+/g, (line) => withMessage(line, this.messageKey!));
  }

  private named(all: string, number: string): string {
    const label = this.labels.get(number);
    return label === undefined ? all : `{"level":${label}`;
  }
}

/** pino writes the level first. */
const LEVEL = /^\{"level":(-?\d+(?:\.\d+)?)(?=[,}])/gm;

/** The line with its own message under `message`, where it has no other one. */
function withMessage(line: string, key: string): string {
  if (!line.includes(key)) return line;
  const members = scanMembers(line);
  if (members instanceof JsonFault) return line;
  const { names, keyStarts, valueStarts } = members;
  const at = names.lastIndexOf(key);
  if (at === -1 || names.includes("message") || names.includes("msg")) return line;
  return `${line.slice(0, keyStarts[at])}"message":${line.slice(valueStarts[at])}`;
}
