// Written by `npm run docs` from the declarations: change those, not this file.
/** A function for every source, stage and sink, with the operands and options of the command of that name. */
import sinkDeclaration from "../commands/sinks/sink.js";
import viewDeclaration from "../commands/sinks/view.js";
import execDeclaration from "../commands/sources/exec.js";
import ingestDeclaration from "../commands/sources/ingest.js";
import mergeDeclaration from "../commands/sources/merge.js";
import dedupeDeclaration from "../commands/stages/dedupe.js";
import detectDeclaration from "../commands/stages/detect.js";
import enrichDeclaration from "../commands/stages/enrich.js";
import filterDeclaration from "../commands/stages/filter.js";
import histogramDeclaration from "../commands/stages/histogram.js";
import parseDeclaration from "../commands/stages/parse.js";
import patternsDeclaration from "../commands/stages/patterns.js";
import redactDeclaration from "../commands/stages/redact.js";
import sampleDeclaration from "../commands/stages/sample.js";
import sortDeclaration from "../commands/stages/sort.js";
import statsDeclaration from "../commands/stages/stats.js";
import throttleDeclaration from "../commands/stages/throttle.js";
import topDeclaration from "../commands/stages/top.js";
import windowDeclaration from "../commands/stages/window.js";
import { type Piece, pieceOf } from "./piece.js";

/** What `logpipe run` understands beside the pipeline. */
export interface RunSettings {
  /**
   * write to FILE instead of standard output, in the format that its name says: x.csv, x.ndjson.gz, x.svg.
   * `-o, --output FILE`
   */
  readonly output?: string | undefined;
  /**
   * write the events at the end in this format, as `query` does; default by the name of FILE, else ndjson.
   * `--to FORMAT`
   */
  readonly to?: "table" | "ndjson" | "json" | "csv" | "tsv" | "md" | "parquet" | "arrow" | "chart" | "svg" | undefined;
  /**
   * stop at the first record that cannot be handled, exit 1.
   * `--strict`
   */
  readonly strict?: boolean | undefined;
  /**
   * print what came in, went out and was set aside, on standard error.
   * `--stats`
   */
  readonly stats?: boolean | undefined;
  /**
   * worker threads: a number, or auto (by input size and processors).
   * `--workers N`; default auto
   */
  readonly workers?: number | string | undefined;
  /**
   * keep the lines that cannot be handled in FILE; `-`: print them on standard error.
   * `--dead-letters FILE`
   */
  readonly deadLetters?: string | undefined;
  /**
   * where such lines cannot be kept: let the events go on, say how many are lost and exit 1; or stop.
   * `--on-dead-letter-failure VALUE`; default warn
   */
  readonly onDeadLetterFailure?: "warn" | "stop" | undefined;
  /**
   * print no notices, only errors.
   * `-q, --quiet`
   */
  readonly quiet?: boolean | undefined;
  /**
   * checkpoint the state of stages every TIME; less often when saving is slow.
   * `--checkpoint-interval TIME`; default 1000 ms
   */
  readonly checkpointInterval?: number | string | undefined;
  /**
   * forget what stages remember from the run before: open windows, keys that were seen.
   * `--reset-state`
   */
  readonly resetState?: boolean | undefined;
}

/** What `logpipe query` understands, by name. */
export interface QuerySettings {
  /**
   * the store; default $LOGPIPE_STORE, then ./logpipe-store.
   * `--store DIR`
   */
  readonly store?: string | undefined;
  /**
   * only events from TIME on: 10m, yesterday, 10:30, 2026-11-21, RFC 3339.
   * `--since TIME`
   */
  readonly since?: string | undefined;
  /**
   * only events before TIME.
   * `--until TIME`
   */
  readonly until?: string | undefined;
  /**
   * time zone of the phrases above, e.g. Europe/Paris; default the local one.
   * `--tz ZONE`
   */
  readonly tz?: string | undefined;
  /**
   * the field of FILEs and stdin that --since and --until go by; default timestamp, else the first of @timestamp,
   * time, ts, ... that has one.
   * `--time-field FIELD`
   */
  readonly timeField?: string | undefined;
  /**
   * the store's tables as they were then: a time like those of --since, or a version of their log.
   * `--as-of MOMENT`
   */
  readonly asOf?: string | undefined;
}

/** Options of `ingest`. */
export interface IngestOptions {
  /**
   * read this table of a store in place of files.
   * `--table NAME`
   */
  readonly table?: string | undefined;
  /**
   * the store; default $LOGPIPE_STORE, then ./logpipe-store.
   * `--store DIR`
   */
  readonly store?: string | undefined;
  /**
   * go on reading as the files grow, through rotation.
   * `-F, --follow`
   */
  readonly follow?: boolean | undefined;
  /**
   * with --table --follow: give events as soon as they are acknowledged.
   * `--live`
   */
  readonly live?: boolean | undefined;
  /**
   * the `source` of the events, instead of the path.
   * `--source NAME`
   */
  readonly source?: string | undefined;
  /**
   * remember there how far the files were read.
   * `--checkpoint FILE`
   */
  readonly checkpoint?: string | undefined;
  /**
   * where to begin with what is there: start, end, or resume-or-end; default: the checkpoint, else start.
   * `--from WHERE`
   */
  readonly from?: "start" | "end" | "resume-or-end" | undefined;
  /**
   * begin with the last N lines of each file.
   * `--tail N`
   */
  readonly tail?: number | undefined;
  /**
   * set lines aside that are longer than this.
   * `--max-line-size SIZE`; default 67108864 bytes
   */
  readonly maxLineSize?: number | string | undefined;
}

/**
 * `logpipe ingest`: read lines from files and standard input, following files as they grow. See
 * docs/commands/ingest.md.
 */
export function ingest(...given: [options?: IngestOptions] | [files: string | readonly string[], options?: IngestOptions]): Piece {
  return pieceOf(ingestDeclaration, given);
}

/** Options of `parse`. */
export interface ParseOptions {
  /**
   * what is read: auto (default), json, logfmt, combined, syslog, ..., or a pattern: template:'{time} {message}',
   * dissect:'%{a} %{b}', regex:'(?<name>...)', grok:'%{...}'; of several, the first that takes a line.
   * `-f, --format FORMAT`
   */
  readonly format?: string | readonly string[] | undefined;
  /**
   * patterns to try before --format, one a line, in order.
   * `--patterns FILE`
   */
  readonly patterns?: string | readonly string[] | undefined;
  /**
   * definitions for grok:, a file or a directory of them (Logstash's as they are).
   * `--grok-patterns PATH`
   */
  readonly grokPatterns?: string | readonly string[] | undefined;
  /**
   * the built-in grok patterns capture under the names of the Elastic Common Schema.
   * `--grok-ecs`
   */
  readonly grokEcs?: boolean | undefined;
  /**
   * read the text in this field of events, not lines; the other fields are kept.
   * `--field NAME`
   */
  readonly field?: string | undefined;
  /**
   * the zone of times that name none, e.g. Europe/Paris, +02:00, local; default UTC.
   * `--tz ZONE`
   */
  readonly tz?: string | undefined;
  /**
   * which number of a date such as 03/04/2026 is the month, and which the day.
   * `--date-order ORDER`
   */
  readonly dateOrder?: "mdy" | "dmy" | "ymd" | undefined;
  /**
   * the year of times without one; default the latest that is not after the file was written.
   * `--year YEAR`
   */
  readonly year?: number | undefined;
  /**
   * keep the line as it was in the field `raw`.
   * `--keep-raw`
   */
  readonly keepRaw?: boolean | undefined;
  /**
   * which lines are one event: start:REGEX begins one, continue:REGEX goes on with it, end:REGEX ends it; instead of
   * what parse knows.
   * `--multiline RULE`
   */
  readonly multiline?: string | readonly string[] | undefined;
  /**
   * how long lines wait for more of their event when nothing comes; default a quarter of a second.
   * `--multiline-timeout DURATION`; default 0 ms
   */
  readonly multilineTimeout?: number | string | undefined;
  /**
   * with --multiline: an event of more lines goes on in another, and is counted as cut.
   * `--multiline-max-lines N`; default 500
   */
  readonly multilineMaxLines?: number | undefined;
  /**
   * with --multiline: the same for its size, in characters.
   * `--multiline-max-bytes SIZE`; default 1048576 bytes
   */
  readonly multilineMaxBytes?: number | string | undefined;
  /**
   * every line is an event of its own.
   * `--no-multiline`
   */
  readonly noMultiline?: boolean | undefined;
  /**
   * instead of events, the formats that the first lines may be in, each with the share it reads and a command.
   * `--detect`
   */
  readonly detect?: boolean | undefined;
  /**
   * instead of events, for each line which formats tried it and what its parts became.
   * `--explain`
   */
  readonly explain?: boolean | undefined;
}

/** `logpipe parse`: turn log lines into events. See docs/commands/parse.md. */
export function parse(...given: [options?: ParseOptions]): Piece {
  return pieceOf(parseDeclaration, given);
}

/** Options of `filter`. */
export interface FilterOptions {
  /**
   * what must be true, too (again for more conditions).
   * `--where EXPR`
   */
  readonly where?: string | readonly string[] | undefined;
  /**
   * only these levels: error, warn+ (and graver), info- (and less grave), info..error, debug,fatal.
   * `--level LEVELS`
   */
  readonly level?: string | undefined;
  /**
   * only events that hold TEXT somewhere (again for other texts).
   * `--grep TEXT`
   */
  readonly grep?: string | readonly string[] | undefined;
  /**
   * only events that a regular expression (RE2) is found in.
   * `--grep-regex PATTERN`
   */
  readonly grepRegex?: string | readonly string[] | undefined;
  /**
   * capital and small letters are the same to --grep and --grep-regex.
   * `-i, --ignore-case`
   */
  readonly ignoreCase?: boolean | undefined;
  /**
   * only events from TIME on: 10m, yesterday, 10:30, 2026-11-21, RFC 3339.
   * `--since TIME`
   */
  readonly since?: string | undefined;
  /**
   * only events before TIME.
   * `--until TIME`
   */
  readonly until?: string | undefined;
  /**
   * time zone of the phrases above, e.g. Europe/Paris; default the local one.
   * `--tz ZONE`
   */
  readonly tz?: string | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
  /**
   * keep the events for which the conditions do not hold.
   * `--invert`
   */
  readonly invert?: boolean | undefined;
  /**
   * also the N events after each that is kept.
   * `-A, --after-context N`; default 0
   */
  readonly afterContext?: number | undefined;
  /**
   * also the N events before each that is kept.
   * `-B, --before-context N`; default 0
   */
  readonly beforeContext?: number | undefined;
  /**
   * also the N events before and after each that is kept.
   * `-C, --context N`; default 0
   */
  readonly context?: number | undefined;
  /**
   * exit 1 when an event is kept, 0 when none is; standard error has the number.
   * `--exit-code`
   */
  readonly exitCode?: boolean | undefined;
  /**
   * stop after N events that are kept.
   * `-m, --max-count N`
   */
  readonly maxCount?: number | undefined;
}

/** `logpipe filter`: keep the events for which a condition holds. See docs/commands/filter.md. */
export function filter(...given: [options?: FilterOptions] | [expr: string, options?: FilterOptions]): Piece {
  return pieceOf(filterDeclaration, given);
}

/** Options of `sample`. */
export interface SampleOptions {
  /**
   * the part to keep: 10%, 0.1 or 1/10.
   * `--rate RATE`
   */
  readonly rate?: number | string | undefined;
  /**
   * keep the first of each N events; with --by, the rate 1/N.
   * `--one-in N`
   */
  readonly oneIn?: number | undefined;
  /**
   * keep or leave out all events of a key together, e.g. trace_id.
   * `--by FIELDS`
   */
  readonly by?: string | readonly string[] | undefined;
  /**
   * choose another part of the keys.
   * `--seed N`; default 0
   */
  readonly seed?: number | undefined;
  /**
   * always keep the events for which this is true.
   * `--keep EXPR`
   */
  readonly keep?: string | undefined;
  /**
   * sample errors too, instead of keeping all of them.
   * `--keep-errors`; default true
   */
  readonly keepErrors?: boolean | undefined;
  /**
   * let at most so many events or bytes of each key pass: 100/s, 5k/m, 10MB/s.
   * `--throttle RATE`
   */
  readonly throttle?: string | undefined;
  /**
   * the key of --throttle, when it is another than that of --by.
   * `--throttle-by FIELDS`
   */
  readonly throttleBy?: string | readonly string[] | undefined;
  /**
   * how long what is throttled is summed up.
   * `--every TIME`; default 10000 ms
   */
  readonly every?: number | string | undefined;
  /**
   * keys with a bucket of their own.
   * `--max-keys N`; default 100000
   */
  readonly maxKeys?: number | undefined;
  /**
   * throttle by the clock, not by the time in the events.
   * `--processing-time`
   */
  readonly processingTime?: boolean | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
}

/**
 * `logpipe sample`: keep a part of the events: by rate, by key, or up to so many a second. See
 * docs/commands/sample.md.
 */
export function sample(...given: [options?: SampleOptions]): Piece {
  return pieceOf(sampleDeclaration, given);
}

/** Options of `throttle`. */
export interface ThrottleOptions {
  /**
   * in place of RATE, as in a pipeline file: so many events in a time.
   * `--events RATE`
   */
  readonly events?: string | undefined;
  /**
   * beside RATE, or alone: so many bytes in a time: 10MB/s.
   * `--bytes RATE`
   */
  readonly bytes?: string | undefined;
  /**
   * how many events (of a RATE in bytes: bytes) may come at once after a quiet time; default: those of RATE.
   * `--burst N`
   */
  readonly burst?: number | string | undefined;
  /**
   * the same of --bytes.
   * `--burst-bytes SIZE`
   */
  readonly burstBytes?: number | string | undefined;
  /**
   * a limit of its own for each value of these fields, e.g. tenant,service.
   * `--by FIELDS`
   */
  readonly by?: string | readonly string[] | undefined;
  /**
   * beyond the limit: wait, so that nothing is lost; drop and count; or keep one in --sample-one-in.
   * `--on-limit WHAT`; default block
   */
  readonly onLimit?: "block" | "drop" | "sample" | undefined;
  /**
   * under --on-limit sample, keep the first of each N events beyond the limit, with sample_rate 1/N.
   * `--sample-one-in N`; default 100
   */
  readonly sampleOneIn?: number | undefined;
  /**
   * drop events that are larger, and count them.
   * `--max-event-size SIZE`
   */
  readonly maxEventSize?: number | string | undefined;
  /**
   * let pass the events for which this is true, whatever the limit.
   * `--keep EXPR`
   */
  readonly keep?: string | undefined;
  /**
   * go by the time in the events, not by the clock: for what is replayed.
   * `--by-event-time`
   */
  readonly byEventTime?: boolean | undefined;
  /**
   * keys with a limit of their own; those beyond share one.
   * `--max-keys N`; default 100000
   */
  readonly maxKeys?: number | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
}

/** `logpipe throttle`: let through so many events or bytes a second, by key. See docs/commands/throttle.md. */
export function throttle(...given: [options?: ThrottleOptions] | [rate: string, options?: ThrottleOptions]): Piece {
  return pieceOf(throttleDeclaration, given);
}

/** Options of `dedupe`. */
export interface DedupeOptions {
  /**
   * events are alike when these fields are; without it, when the lines are the same.
   * `--by FIELDS`
   */
  readonly by?: string | readonly string[] | undefined;
  /**
   * messages are alike when they are of one pattern: numbers, addresses and names in them may differ.
   * `--similar`
   */
  readonly similar?: boolean | undefined;
  /**
   * drop repeats whose event time is within TIME of the first.
   * `--within TIME`; default 300000 ms
   */
  readonly within?: number | string | undefined;
  /**
   * say how many events were left out, in an event at the end of each span.
   * `--count`
   */
  readonly count?: boolean | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
  /**
   * most kinds to remember.
   * `--max-keys N`; default 1000000
   */
  readonly maxKeys?: number | undefined;
  /**
   * memory for them.
   * `--memory SIZE`; default 268435456 bytes
   */
  readonly memory?: number | string | undefined;
}

/** `logpipe dedupe`: leave out events that repeat one before them. See docs/commands/dedupe.md. */
export function dedupe(...given: [options?: DedupeOptions]): Piece {
  return pieceOf(dedupeDeclaration, given);
}

/** Options of `sort`. */
export interface SortOptions {
  /**
   * sort by these fields instead of the time.
   * `--by FIELDS`
   */
  readonly by?: string | readonly string[] | undefined;
  /**
   * the last first.
   * `-r, --reverse`
   */
  readonly reverse?: boolean | undefined;
  /**
   * sort a stream as it goes: how late events may be.
   * `--buffer TIME`
   */
  readonly buffer?: number | string | undefined;
  /**
   * with --buffer: most events that wait.
   * `--max-events N`; default 1000000
   */
  readonly maxEvents?: number | undefined;
  /**
   * memory for events that wait.
   * `--memory SIZE`; default 268435456 bytes
   */
  readonly memory?: number | string | undefined;
  /**
   * where sorted files go, default $TMPDIR, then /tmp.
   * `--tmp DIR`
   */
  readonly tmp?: string | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
}

/** `logpipe sort`: put events in order of time, or of fields. See docs/commands/sort.md. */
export function sort(...given: [options?: SortOptions]): Piece {
  return pieceOf(sortDeclaration, given);
}

/** Options of `merge`. */
export interface MergeOptions {
  /**
   * put events of one input in order that are at most so late.
   * `--reorder TIME`; default 0 ms
   */
  readonly reorder?: number | string | undefined;
  /**
   * go on without inputs that are silent for so long.
   * `--patience TIME`
   */
  readonly patience?: number | string | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
}

/**
 * `logpipe merge`: read several inputs of events, each in order of time, as one in order of time. See
 * docs/commands/merge.md.
 */
export function merge(...given: [files: string | readonly string[], options?: MergeOptions]): Piece {
  return pieceOf(mergeDeclaration, given);
}

/** Options of `exec`. */
export interface ExecOptions {
  /**
   * start the program again when it has ended: always, or when it has failed.
   * `--restart VALUE`; default never
   */
  readonly restart?: "always" | "on-failure" | "never" | undefined;
  /**
   * run the program again and again, TIME from start to start.
   * `--every TIME`
   */
  readonly every?: number | string | undefined;
  /**
   * end a run of the program that takes longer.
   * `--timeout TIME`
   */
  readonly timeout?: number | string | undefined;
  /**
   * what becomes of its standard error: messages, lines like the others, or nothing.
   * `--stderr VALUE`; default log
   */
  readonly stderr?: "log" | "merge" | "drop" | undefined;
  /**
   * the `source` of the events, instead of the program's name.
   * `--source NAME`
   */
  readonly source?: string | undefined;
  /**
   * set a variable of the program's environment.
   * `--env NAME=VALUE`
   */
  readonly env?: string | readonly string[] | undefined;
  /**
   * run it in this directory.
   * `--cwd DIR`
   */
  readonly cwd?: string | undefined;
  /**
   * give COMMAND to /bin/sh.
   * `--shell`
   */
  readonly shell?: boolean | undefined;
  /**
   * set lines aside that are longer than this.
   * `--max-line-size SIZE`; default 67108864 bytes
   */
  readonly maxLineSize?: number | string | undefined;
}

/** `logpipe exec`: run a program and read what it writes, line by line. See docs/commands/exec.md. */
export function exec(...given: [command: string | readonly string[], options?: ExecOptions]): Piece {
  return pieceOf(execDeclaration, given);
}

/** Options of `enrich`. */
export interface EnrichOptions {
  /**
   * set a field to a constant, or to an expression of other fields (again for more).
   * `--set NAME=VALUE`
   */
  readonly set?: string | readonly string[] | undefined;
  /**
   * set a field to an environment variable.
   * `--env VARIABLE[=FIELD]`
   */
  readonly env?: string | readonly string[] | undefined;
  /**
   * set `host` to the name of this machine.
   * `--host`
   */
  readonly host?: boolean | undefined;
  /**
   * add columns of a CSV, NDJSON or Parquet file, or of 'sql: SELECT ...' (see below).
   * `--lookup 'FILE on FIELD[=COLUMN]'`
   */
  readonly lookup?: string | readonly string[] | undefined;
  /**
   * add where an address is and whose, from MaxMind DB files.
   * `--geoip FILE.mmdb`
   */
  readonly geoip?: string | readonly string[] | undefined;
  /**
   * the field with the address, default client_ip; PREFIX for the names that are set.
   * `--geoip-field FIELD[=PREFIX]`
   */
  readonly geoipField?: string | readonly string[] | undefined;
  /**
   * add browser, system, device and whether it is a bot.
   * `--user-agent FIELD[=PREFIX]`
   */
  readonly userAgent?: string | readonly string[] | undefined;
  /**
   * add scheme, domain, port, path, query and fragment.
   * `--url FIELD[=PREFIX]`
   */
  readonly url?: string | readonly string[] | undefined;
  /**
   * add the parameters of a query string or URL as an object, default `query`.
   * `--query-string FIELD[=NAME]`
   */
  readonly queryString?: string | readonly string[] | undefined;
  /**
   * add pod, namespace and container from the path of the log file in `source`.
   * `--kubernetes`
   */
  readonly kubernetes?: boolean | undefined;
  /**
   * read JSON in a string: in its place, under NAME, or with NAME `.` beside it.
   * `--unpack FIELD[=NAME]`
   */
  readonly unpack?: string | readonly string[] | undefined;
  /**
   * add the name of an address; asks the network (off by default).
   * `--dns FIELD[=NAME]`
   */
  readonly dns?: string | readonly string[] | undefined;
  /**
   * make a value an int, float, bool, string or time.
   * `--cast FIELD=TYPE`
   */
  readonly cast?: string | readonly string[] | undefined;
  /**
   * call a field by another name (again or with commas for more).
   * `--rename OLD=NEW`
   */
  readonly rename?: string | readonly string[] | undefined;
  /**
   * keep these fields alone; `*` stands for any characters.
   * `--keep FIELDS`
   */
  readonly keep?: string | readonly string[] | undefined;
  /**
   * take these fields out; `*` stands for any characters.
   * `--drop FIELDS`
   */
  readonly drop?: string | readonly string[] | undefined;
  /**
   * ask this name server; default those of the system.
   * `--dns-server ADDRESS[:PORT]`
   */
  readonly dnsServer?: string | readonly string[] | undefined;
  /**
   * how long a block of events waits for names at most.
   * `--dns-wait TIME`; default 500 ms
   */
  readonly dnsWait?: number | string | undefined;
  /**
   * memory that one look-up table may take.
   * `--lookup-limit VALUE`; default 268435456 bytes
   */
  readonly lookupLimit?: number | string | undefined;
  /**
   * how often --unpack opens strings in strings.
   * `--unpack-depth N`; default 1
   */
  readonly unpackDepth?: number | undefined;
  /**
   * the field with the path for --kubernetes.
   * `--kubernetes-field FIELD`; default source
   */
  readonly kubernetesField?: string | undefined;
}

/** `logpipe enrich`: add fields to events. See docs/commands/enrich.md. */
export function enrich(...given: [options?: EnrichOptions]): Piece {
  return pieceOf(enrichDeclaration, given);
}

/** Options of `redact`. */
export interface RedactOptions {
  /**
   * detectors or groups (default, all, secrets, personal, none), with a minus in front to leave one out.
   * `--detect LIST`
   */
  readonly detect?: string | readonly string[] | undefined;
  /**
   * what to do: label, mask, partial, drop, hash or encrypt; for one detector: email=hash.
   * `--action LIST`
   */
  readonly action?: string | readonly string[] | undefined;
  /**
   * more names of fields to hide, * for anything: pin,*_secret_id.
   * `--fields NAMES`
   */
  readonly fields?: string | readonly string[] | undefined;
  /**
   * a detector of your own, in the syntax of RE2 (again for more).
   * `--pattern NAME=REGEX`
   */
  readonly pattern?: string | readonly string[] | undefined;
  /**
   * what is never redacted: a value, /a pattern/, a network like 10.0.0.0/8, or @FILE of such lines (again for more).
   * `--allow VALUE`
   */
  readonly allow?: string | readonly string[] | undefined;
  /**
   * keys to hash and encrypt with: lines of an id and a secret; `-`: standard input.
   * `--key-file FILE`
   */
  readonly keyFile?: string | undefined;
  /**
   * the environment variable with the keys, commas between the lines.
   * `--key-env NAME`
   */
  readonly keyEnv?: string | undefined;
  /**
   * put back what was encrypted.
   * `--reveal`
   */
  readonly reveal?: boolean | undefined;
  /**
   * the lines are text, not events.
   * `--text`
   */
  readonly text?: boolean | undefined;
  /**
   * print what would be found, where and what would be done, instead of the events.
   * `--explain`
   */
  readonly explain?: boolean | undefined;
  /**
   * write how often each detector found something in which field; `-`: standard error.
   * `--audit FILE`
   */
  readonly audit?: string | undefined;
  /**
   * let out and keep nothing that could not be looked through: such strings of events become [WITHHELD].
   * `--fail-closed`
   */
  readonly failClosed?: boolean | undefined;
}

/** `logpipe redact`: find secrets and personal data, and hide them. See docs/commands/redact.md. */
export function redact(...given: [options?: RedactOptions]): Piece {
  return pieceOf(redactDeclaration, given);
}

/** Options of `window`. */
export interface WindowOptions {
  /**
   * windows of SIZE that begin every STEP and overlap.
   * `--slide STEP`
   */
  readonly slide?: number | string | undefined;
  /**
   * windows of a group's events that follow each other within GAP; SIZE is then the longest one.
   * `--session GAP`
   */
  readonly session?: number | string | undefined;
  /**
   * windows of N events of a group, in the order they come.
   * `--count N`
   */
  readonly count?: number | undefined;
  /**
   * one row of results for each combination of values of these fields.
   * `--by FIELDS`
   */
  readonly by?: string | readonly string[] | undefined;
  /**
   * what to compute: 'count, p99(latency_ms), distinct(user_id), topk(path, 5)'.
   * `--agg LIST`; default count
   */
  readonly agg?: string | undefined;
  /**
   * only events for which EXPR is true; see docs/expressions.md.
   * `--where EXPR`
   */
  readonly where?: string | undefined;
  /**
   * exit 1 when EXPR is true of a row of the results, and say of which: 'count > 100', 'r > 0.02'.
   * `--fail-if EXPR`
   */
  readonly failIf?: string | undefined;
  /**
   * early results of what has changed each time event time has moved on by TIME, marked partial.
   * `--every TIME`
   */
  readonly every?: number | string | undefined;
  /**
   * final: complete windows only; updates: early results too, every second or as --every says.
   * `--emit WHICH`
   */
  readonly emit?: "final" | "updates" | undefined;
  /**
   * how far events may be behind the newest one; a window is complete this long after its end.
   * `--lateness TIME`; default 10000 ms
   */
  readonly lateness?: number | string | undefined;
  /**
   * later ones: set aside, only counted, or results of their own marked late.
   * `--late WHERE`; default reject
   */
  readonly late?: "reject" | "drop" | "emit" | undefined;
  /**
   * events without a usable time: set aside, only counted, or taken as of now.
   * `--untimed WHERE`; default reject
   */
  readonly untimed?: "reject" | "drop" | "now" | undefined;
  /**
   * when no input has come for so long, open windows are complete; 0s: never.
   * `--idle-timeout TIME`; default 60000 ms
   */
  readonly idleTimeout?: number | string | undefined;
  /**
   * a time this far ahead of all others closes no windows until more such come; default SIZE, at least 1h.
   * `--max-ahead TIME`
   */
  readonly maxAhead?: number | string | undefined;
  /**
   * the time of an event is when it comes, whatever it says.
   * `--processing-time`
   */
  readonly processingTime?: boolean | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
  /**
   * time zone of windows of days, weeks and months, and of hours counted from midnight.
   * `--tz ZONE`; default UTC
   */
  readonly tz?: string | undefined;
  /**
   * groups a window keeps; the lightest others become one group, __other__.
   * `--max-groups N`; default 100000
   */
  readonly maxGroups?: number | undefined;
  /**
   * what all windows together may take; beyond it the lightest groups become __other__.
   * `--memory SIZE`; default 536870912 bytes
   */
  readonly memory?: number | string | undefined;
  /**
   * the sketches behind percentiles, distinct and topk too, so that results can be put together later.
   * `--sketches`
   */
  readonly sketches?: boolean | undefined;
  /**
   * `timestamp` too, the start of the window, which `sink` files events by.
   * `--timestamp`
   */
  readonly timestamp?: boolean | undefined;
}

/** `logpipe window`: aggregate events over windows of time. See docs/commands/window.md. */
export function window(...given: [options?: WindowOptions] | [size: string, options?: WindowOptions]): Piece {
  return pieceOf(windowDeclaration, given);
}

/** Options of `stats`. */
export interface StatsOptions {
  /**
   * one row of results for each combination of values of these fields.
   * `--by FIELDS`
   */
  readonly by?: string | readonly string[] | undefined;
  /**
   * only events for which EXPR is true; see docs/expressions.md.
   * `--where EXPR`
   */
  readonly where?: string | undefined;
  /**
   * the smallest first.
   * `--asc`
   */
  readonly asc?: boolean | undefined;
  /**
   * exit 1 when EXPR is true of a row of the results, and say of which: 'count > 100', 'r > 0.02'.
   * `--fail-if EXPR`
   */
  readonly failIf?: string | undefined;
  /**
   * only events from TIME on: 10m, yesterday, 10:30, 2026-11-21, RFC 3339.
   * `--since TIME`
   */
  readonly since?: string | undefined;
  /**
   * only events before TIME.
   * `--until TIME`
   */
  readonly until?: string | undefined;
  /**
   * time zone of the phrases above, e.g. Europe/Paris; default the local one.
   * `--tz ZONE`
   */
  readonly tz?: string | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
  /**
   * groups that are kept; the lightest others become one group, __other__.
   * `--max-groups N`; default 1000000
   */
  readonly maxGroups?: number | undefined;
  /**
   * what all groups together may take; beyond it the lightest become __other__.
   * `--memory SIZE`; default 536870912 bytes
   */
  readonly memory?: number | string | undefined;
  /**
   * order of the rows: 'p95(ms)', path, 'count asc'; default: by the first aggregate, the greatest first.
   * `--sort COLUMNS`
   */
  readonly sort?: string | undefined;
  /**
   * only the first N rows.
   * `-m, --limit N`
   */
  readonly limit?: number | undefined;
}

/**
 * `logpipe stats`: aggregate over everything: counts, percentiles and the like, by fields. See docs/commands/stats.md.
 */
export function stats(...given: [aggregates: string, options?: StatsOptions]): Piece {
  return pieceOf(statsDeclaration, given);
}

/** Options of `top`. */
export interface TopOptions {
  /**
   * only the first N.
   * `-m, --limit N`; default 10
   */
  readonly limit?: number | undefined;
  /**
   * the first N within each value of these fields.
   * `--by FIELDS`
   */
  readonly by?: string | readonly string[] | undefined;
  /**
   * what to rank by instead of the count: 'p95(ms)', 'sum(bytes)'.
   * `--agg AGGREGATE`; default count
   */
  readonly agg?: string | undefined;
  /**
   * only events for which EXPR is true; see docs/expressions.md.
   * `--where EXPR`
   */
  readonly where?: string | undefined;
  /**
   * the smallest first.
   * `--asc`
   */
  readonly asc?: boolean | undefined;
  /**
   * exit 1 when EXPR is true of a row of the results, and say of which: 'count > 100', 'r > 0.02'.
   * `--fail-if EXPR`
   */
  readonly failIf?: string | undefined;
  /**
   * only events from TIME on: 10m, yesterday, 10:30, 2026-11-21, RFC 3339.
   * `--since TIME`
   */
  readonly since?: string | undefined;
  /**
   * only events before TIME.
   * `--until TIME`
   */
  readonly until?: string | undefined;
  /**
   * time zone of the phrases above, e.g. Europe/Paris; default the local one.
   * `--tz ZONE`
   */
  readonly tz?: string | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
  /**
   * groups that are kept; the lightest others become one group, __other__.
   * `--max-groups N`; default 1000000
   */
  readonly maxGroups?: number | undefined;
  /**
   * what all groups together may take; beyond it the lightest become __other__.
   * `--memory SIZE`; default 536870912 bytes
   */
  readonly memory?: number | string | undefined;
}

/** `logpipe top`: the most frequent values of a field. See docs/commands/top.md. */
export function top(...given: [field: string, options?: TopOptions]): Piece {
  return pieceOf(topDeclaration, given);
}

/** Options of `patterns`. */
export interface PatternsOptions {
  /**
   * add `pattern_id` and `pattern` to every event instead of a summary.
   * `-a, --annotate`
   */
  readonly annotate?: boolean | undefined;
  /**
   * with --annotate: also the values of the variables, in order, as `variables`.
   * `--variables`
   */
  readonly variables?: boolean | undefined;
  /**
   * the field that holds the text.
   * `--field FIELD`; default message
   */
  readonly field?: string | undefined;
  /**
   * only the N most frequent patterns.
   * `--top N`
   */
  readonly top?: number | undefined;
  /**
   * patterns known from before (what `patterns` wrote): others are marked `new`.
   * `--baseline FILE`
   */
  readonly baseline?: string | undefined;
  /**
   * mark as `new` what was first seen since then: a time like those of --since.
   * `--new-since TIME`
   */
  readonly newSince?: string | undefined;
  /**
   * only what is new by --baseline or --new-since.
   * `--only-new`
   */
  readonly onlyNew?: boolean | undefined;
  /**
   * how the summary is printed; default: a table on a terminal, else NDJSON.
   * `--format VALUE`
   */
  readonly format?: "table" | "ndjson" | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
  /**
   * keep at most N patterns; the least used are forgotten.
   * `--max-patterns N`; default 5000
   */
  readonly maxPatterns?: number | undefined;
}

/**
 * `logpipe patterns`: find message patterns: how often each occurs, and which are new. See docs/commands/patterns.md.
 */
export function patterns(...given: [options?: PatternsOptions]): Piece {
  return pieceOf(patternsDeclaration, given);
}

/** Options of `detect`. */
export interface DetectOptions {
  /**
   * watch the numbers in this field.
   * `--value FIELD`
   */
  readonly value?: string | undefined;
  /**
   * the fields that make a group, each with a past of its own, e.g. service,host.
   * `--by FIELDS`
   */
  readonly by?: string | readonly string[] | undefined;
  /**
   * how values and intervals are judged: auto, mad, ewma, seasonal or change.
   * `--method METHOD`; default auto
   */
  readonly method?: "auto" | "mad" | "ewma" | "seasonal" | "change" | undefined;
  /**
   * watch how many events come in each interval; default 1m.
   * `--every TIME`
   */
  readonly every?: number | string | undefined;
  /**
   * watch how many different values of this field an interval has.
   * `--distinct FIELD`
   */
  readonly distinct?: string | undefined;
  /**
   * watch for values of this field that were never there before.
   * `--new FIELD`
   */
  readonly new?: string | undefined;
  /**
   * watch for values of this field that came regularly and stop.
   * `--vanished FIELD`
   */
  readonly vanished?: string | undefined;
  /**
   * watch for groups that came regularly and stop.
   * `--silence`
   */
  readonly silence?: boolean | undefined;
  /**
   * let time go on by the clock while no events come.
   * `--live`
   */
  readonly live?: boolean | undefined;
  /**
   * print the anomalies alone.
   * `--only`
   */
  readonly only?: boolean | undefined;
  /**
   * low, medium or high: scores from 0.75, 0.5, 0.35 on are anomalies.
   * `--sensitivity LEVEL`; default medium
   */
  readonly sensitivity?: "low" | "medium" | "high" | undefined;
  /**
   * the least score of an anomaly, instead of --sensitivity.
   * `--threshold SCORE`
   */
  readonly threshold?: string | undefined;
  /**
   * values, intervals or gaps of a series before its first anomaly.
   * `--warmup N`; default 100
   */
  readonly warmup?: number | undefined;
  /**
   * how long a series is silent after an anomaly; default 100 values.
   * `--cooldown TIME`
   */
  readonly cooldown?: number | string | undefined;
  /**
   * groups and values remembered; beyond that those not seen for longest are forgotten.
   * `--max-groups N`; default 100000
   */
  readonly maxGroups?: number | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
}

/**
 * `logpipe detect`: find what is unusual: values, rates, new and vanished values, silence. See
 * docs/commands/detect.md.
 */
export function detect(...given: [options?: DetectOptions]): Piece {
  return pieceOf(detectDeclaration, given);
}

/** Options of `histogram`. */
export interface HistogramOptions {
  /**
   * how long an interval is: 10s, 1m, 1h, 1d; default by the range of the events.
   * `--interval TIME`
   */
  readonly interval?: number | string | undefined;
  /**
   * a series for each combination of values of these fields.
   * `--by FIELDS`
   */
  readonly by?: string | readonly string[] | undefined;
  /**
   * count the values of this field, not events over time.
   * `--field FIELD`
   */
  readonly field?: string | undefined;
  /**
   * the values of --field by interval, as shades.
   * `--heat-map`
   */
  readonly heatMap?: boolean | undefined;
  /**
   * only events for which EXPR is true; see docs/expressions.md.
   * `--where EXPR`
   */
  readonly where?: string | undefined;
  /**
   * only events from TIME on: 10m, yesterday, 10:30, 2026-11-21, RFC 3339.
   * `--since TIME`
   */
  readonly since?: string | undefined;
  /**
   * only events before TIME.
   * `--until TIME`
   */
  readonly until?: string | undefined;
  /**
   * time zone of the phrases above, e.g. Europe/Paris; default the local one.
   * `--tz ZONE`
   */
  readonly tz?: string | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
  /**
   * a logarithmic axis; with --field ranges that grow with the values.
   * `--log`
   */
  readonly log?: boolean | undefined;
  /**
   * of a chart, no characters but those of ASCII.
   * `--ascii`
   */
  readonly ascii?: boolean | undefined;
}

/** `logpipe histogram`: draw events over time, or the values of a field, as a chart. See docs/commands/histogram.md. */
export function histogram(...given: [options?: HistogramOptions]): Piece {
  return pieceOf(histogramDeclaration, given);
}

/** Options of `sink`. */
export interface SinkOptions {
  /**
   * the store; default $LOGPIPE_STORE, then ./logpipe-store.
   * `--store DIR`
   */
  readonly store?: string | undefined;
  /**
   * the table the events go to.
   * `-t, --table NAME`; default logs
   */
  readonly table?: string | undefined;
  /**
   * where the events go.
   * `--to VALUE`; default store
   */
  readonly to?: "store" | "file" | "stdout" | undefined;
  /**
   * the file of `--to file`; `-` is standard output.
   * `-o, --output FILE`
   */
  readonly output?: string | undefined;
  /**
   * append to the file of `--to file`, exactly once, instead of replacing it.
   * `--append`
   */
  readonly append?: boolean | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
  /**
   * the zone of times that name none, e.g. Europe/Paris, +02:00, local; default UTC.
   * `--tz ZONE`
   */
  readonly tz?: string | undefined;
  /**
   * which number of a date such as 03/04/2026 is the month, and which the day.
   * `--date-order ORDER`
   */
  readonly dateOrder?: "mdy" | "dmy" | "ymd" | undefined;
  /**
   * make the files of a new table one for each UTC day and value of KEYS: date,service; default date.
   * `--partition-by KEYS`
   */
  readonly partitionBy?: string | undefined;
  /**
   * turn the log into Parquet when it has SIZE.
   * `--segment-size SIZE`; default 134217728 bytes
   */
  readonly segmentSize?: number | string | undefined;
  /**
   * turn the log into Parquet when its first events are TIME old.
   * `--flush-interval TIME`; default 60000 ms
   */
  readonly flushInterval?: number | string | undefined;
  /**
   * let the log of this sink, what is not Parquet yet, take at most SIZE of the disk.
   * `--wal-limit SIZE`; default 536870912 bytes
   */
  readonly walLimit?: number | string | undefined;
  /**
   * what gives way when the log is at its limit or the disk is full: whoever sends, the oldest events, or the newest.
   * `--on-full VALUE`; default block
   */
  readonly onFull?: "block" | "drop-oldest" | "drop-newest" | undefined;
  /**
   * begin a sync of the log, or of the file of `--append`, at most once in TIME, so that more events share it; 0: as
   * often as the disk can.
   * `--sync-delay TIME`; default 2 ms
   */
  readonly syncDelay?: number | string | undefined;
  /**
   * do what `logpipe compact` does with the table, TIME after the start and after each time; default never.
   * `--compact-interval TIME`
   */
  readonly compactInterval?: number | string | undefined;
  /**
   * give a table at most N columns; further keys are kept in the JSON column `_rest`.
   * `--max-columns N`; default 1000
   */
  readonly maxColumns?: number | undefined;
}

/** `logpipe sink`: store events. See docs/commands/sink.md. */
export function sink(...given: [options?: SinkOptions] | [store: string, options?: SinkOptions]): Piece {
  return pieceOf(sinkDeclaration, given);
}

/** Options of `view`. */
export interface ViewOptions {
  /**
   * go on as the files grow, through rotation, from their last 10 lines on.
   * `-f, --follow`
   */
  readonly follow?: boolean | undefined;
  /**
   * only the last N events that are wanted; with --follow: begin with the last N lines.
   * `-t, --tail N`
   */
  readonly tail?: number | undefined;
  /**
   * only these levels: error, warn+ (and graver), info- (and less grave), info..error, debug,fatal.
   * `--level LEVELS`
   */
  readonly level?: string | undefined;
  /**
   * only events that hold TEXT somewhere (again for other texts).
   * `--grep TEXT`
   */
  readonly grep?: string | readonly string[] | undefined;
  /**
   * only events that a regular expression (RE2) is found in.
   * `--grep-regex PATTERN`
   */
  readonly grepRegex?: string | readonly string[] | undefined;
  /**
   * capital and small letters are the same to --grep, --grep-regex and NAME=VALUE.
   * `-i, --ignore-case`
   */
  readonly ignoreCase?: boolean | undefined;
  /**
   * only events of which this is true: 'status >= 500 && path != "/health"'.
   * `--where EXPR`
   */
  readonly where?: string | readonly string[] | undefined;
  /**
   * only events from TIME on: 10m, yesterday, 10:30, 2026-11-21, RFC 3339.
   * `--since TIME`
   */
  readonly since?: string | undefined;
  /**
   * only events before TIME.
   * `--until TIME`
   */
  readonly until?: string | undefined;
  /**
   * show only these fields behind the message, in this order.
   * `-F, --fields a,b`
   */
  readonly fields?: string | readonly string[] | undefined;
  /**
   * show times in ZONE, e.g. Europe/Paris; default the local one.
   * `--tz ZONE`; default local
   */
  readonly tz?: string | undefined;
  /**
   * show times in UTC.
   * `--utc`
   */
  readonly utc?: boolean | undefined;
  /**
   * draw the rows as a chart, once all have come.
   * `--chart`
   */
  readonly chart?: boolean | undefined;
  /**
   * of a chart, the column along the axis: times, or names of bars; default by the columns' types.
   * `--x COLUMN`
   */
  readonly x?: string | undefined;
  /**
   * of a chart, the columns of numbers to draw.
   * `--y COLUMNS`
   */
  readonly y?: string | readonly string[] | undefined;
  /**
   * of a chart, the columns whose values make a series each.
   * `--by COLUMNS`
   */
  readonly by?: string | readonly string[] | undefined;
  /**
   * of a chart, a logarithmic axis.
   * `--log`
   */
  readonly log?: boolean | undefined;
  /**
   * of a chart, no characters but those of ASCII.
   * `--ascii`
   */
  readonly ascii?: boolean | undefined;
  /**
   * the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one.
   * `--time-field FIELD`; default timestamp
   */
  readonly timeField?: string | undefined;
  /**
   * on a terminal print all of it at once, not through $PAGER.
   * `--pager`; default true
   */
  readonly pager?: boolean | undefined;
}

/** `logpipe view`: read logs and events comfortably: time and level first, in colour. See docs/commands/view.md. */
export function view(...given: [options?: ViewOptions]): Piece {
  return pieceOf(viewDeclaration, given);
}
