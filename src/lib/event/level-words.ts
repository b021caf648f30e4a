/** The words that logs use for severity, and the six levels of an event. */
import { table } from "../base/table.js";

export type Level = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

/**
 * The level that a word means, in any case ("WARNING", "Err", "E"), or undefined when it is no such word. What syslog
 * calls critical, alert and emergency is fatal; notice is info.
 */
export function levelOfWord(word: string): Level | undefined {
  return LEVELS.get(word) ?? LEVELS.get(word.toLowerCase());
}

/** The level of a syslog severity, 0-7 (RFC 5424 table 2). */
export function levelOfSeverity(severity: number): Level {
  return SYSLOG_LEVELS[severity & 7]!;
}

const SYSLOG_LEVELS: readonly Level[] = ["fatal", "fatal", "fatal", "error", "warn", "info", "info", "debug"];

/**
 * The level that a number in a field `level` means, as JSON has it: of pino and bunyan (10-60), Monolog (100-600), or a
 * syslog severity (0-7; GELF has them, too). Undefined for any other.
 */
export function levelOfNumber(text: string): Level | undefined {
  if (text.length === 1 && text >= "0" && text <= "7") return levelOfSeverity(text.charCodeAt(0) - 0x30);
  return Object.hasOwn(LEVEL_OF_NUMBER, text) ? LEVEL_OF_NUMBER[text] : undefined;
}

/** Whose numbers those of `levelOfNumber` are. */
export type LevelScale = "syslog" | "pino" | "monolog";

/** Undefined for a number that is no level. */
export function scaleOfNumber(text: string): LevelScale | undefined {
  if (levelOfNumber(text) === undefined) return undefined;
  return text.length === 1 ? "syslog" : text.length === 2 ? "pino" : "monolog";
}

const LEVEL_OF_NUMBER: Readonly<Record<string, Level>> = table({
  "10": "trace",
  "20": "debug",
  "30": "info",
  "40": "warn",
  "50": "error",
  "60": "fatal",
  "100": "debug",
  "200": "info",
  "250": "info",
  "300": "warn",
  "400": "error",
  "500": "fatal",
  "550": "fatal",
  "600": "fatal",
});

/** The level of an OpenTelemetry severity number, 1-24; undefined for any other. */
export function levelOfOtelNumber(text: string): Level | undefined {
  if (!/^(?:[1-9]|1[0-9]|2[0-4])$/.test(text)) return undefined;
  return LEVELS_IN_ORDER[Math.floor((Number(text) - 1) / 4)];
}

const LEVELS_IN_ORDER: readonly Level[] = ["trace", "debug", "info", "warn", "error", "fatal"];

/** Fields whose numbers are OpenTelemetry's, by the last part of their path. */
export const OTEL_NUMBER_FIELD = /(?:^|\.)(?:severity_number|severityNumber|SeverityNumber)$/;

const WORDS: Readonly<Record<Level, string>> = {
  trace: "t trace trc trac trce vrb finest finer verbose verb all silly",
  debug: "d debug dbg debu dbug fine config debug5",
  info: "i info information informational inf any notice note log ok success statement detail hint",
  warn: "w warn warning wrn warni",
  error: "e error err eror erro severe failure fail",
  fatal: "f fatal crit critical alert emerg emergency panic dpanic pani pnc fata ftl off",
};

const LEVELS = new Map<string, Level>();
for (const [level, words] of Object.entries(WORDS) as [Level, string][]) {
  for (const word of words.split(" ")) {
    LEVELS.set(word, level);
    LEVELS.set(word.toUpperCase(), level);
  }
  // OpenTelemetry's short names, four a level; of PostgreSQL's there is a fifth.
  for (const n of "1234")
    for (const word of [`${level}${n}`, `${level}${n}`.toUpperCase()]) LEVELS.set(word, level);
}

/** Source of a regular expression for the level words that text formats write as a column, upper or lower case. */
export const LEVEL_WORD =
  "(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|ALERT|EMERG|PANIC|FINE|FINER|FINEST|CONFIG|VERBOSE|LOG" +
  "|trace|debug|info|notice|warn|warning|error|severe|critical|fatal|alert|emerg|panic" +
  "|Trace|Debug|Info|Information|Notice|Warn|Warning|Error|Critical|Fatal)";
