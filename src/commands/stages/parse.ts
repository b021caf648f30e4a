// Enter here: the stages of a pipeline: each file is one declaration, with its options, help and examples.
import { formatNamed, formats } from "../../lib/format/registry.js";
import { flag, integer, list, type Option, text } from "../../lib/options/options.js";
import { dateOrder, sourceZone } from "../../lib/options/stream.js";
import { stage } from "../../lib/pipeline/contract/stage.js";
import { FieldParser } from "../../lib/stages/parse/field-parser.js";
import { learnHeaders } from "../../lib/stages/parse/memory/learn.js";
import { Memory } from "../../lib/stages/parse/memory/memory.js";
import { multilineOptions } from "../../lib/stages/parse/multiline/options.js";
import { type MultilineOptions, recordRules } from "../../lib/stages/parse/multiline/rules.js";
import { Parser } from "../../lib/stages/parse/parser.js";
import {
  formatSpecs,
  openPatterns,
  type ParseFormatOptions,
  withoutFiles,
} from "../../lib/stages/parse/pattern-files.js";
import { pieceHoldMs, recordBoundary } from "../../lib/stages/parse/records/cut.js";
import { parserSettings } from "../../lib/stages/parse/settings.js";

export default stage({
  name: "parse",
  summary: "turn log lines into events",
  details: `Reads raw log lines and writes one event (a JSON object) a line. With \`--format auto\`, the default, every line is
matched against all formats that can be told from one line, so mixed streams work; files called \`.csv\` or \`.tsv\` that are tables with a header are
read as such. Lines that were written as one are one event: a
stack trace and the line it belongs to, a statement, JSON over several lines, the pieces into which Docker and Kubernetes cut
long lines; docs/events.md has the list.

A line that no format reads is not lost: it becomes an event with \`message\` and \`"unparsed":true\`, and is counted; with \`--strict\` it ends the run. A line that
is not valid UTF-8 is read with U+FFFD in the place of what is wrong, and keeps its bytes in \`raw_base64\`. Blank lines make no
event. An event with a string \`raw\` (from \`ingest\` or \`--keep-raw\`) is parsed from it, and its other fields are kept.

Lines of your own: \`--format template:...\` is a line with names where values stand, \`dissect:\` and \`grok:\` are as in Logstash, Beats and Vector, \`regex:\`
has named groups. \`--format\` may be given again, and \`--patterns FILE\` has many: the first that takes a line reads it. \`--grok-patterns\` adds named
patterns for grok to the built-in ones, from a file or a directory such as Logstash's. docs/patterns.md says it all.

Times become RFC 3339 in UTC. A time without a zone is one of \`--tz\`, or of UTC; where clocks are set back and show it twice, the first
is meant. A time without a year is of the year in which the file was last written, or the one before. Of a date such as 03/04/2026
\`--date-order\` says which number is the day; else it is the month first with slashes, and the day with points and dashes. A zone whose letters mean several, such as
IST, is read where \`--tz\` names one of them; else the line has no \`timestamp\`, and the text is kept as \`time\`. What had to be
guessed is reported at the end, once, with the number of times.

\`--detect\` says which formats the lines may be in, \`--explain\` how each line is read and what became of its parts, and \`--stats\` counts the records of
each format and shows what the lines look like that none reads, with a command that does.`,
  operands: [
    {
      name: "FILE",
      isLocal: true,
      summary: "files to read (.gz and .zst too); none or `-`: standard input",
      isRepeated: true,
    },
  ],
  options: {
    format: list({
      fromProject: "free",
      short: "f",
      metavar: "FORMAT",
      suggestions: ["auto", ...formats.map(({ name }) => name)],
      summary:
        "what is read: auto (default), json, logfmt, combined, syslog, ..., or a pattern: template:'{time} {message}', dissect:'%{a} %{b}', regex:'(?<name>...)', grok:'%{...}'; of several, the first that takes a line",
    }) as Option<string | readonly string[]>,
    patterns: list({
      fromProject: "consent",
      metavar: "FILE",
      summary: "patterns to try before --format, one a line, in order",
    }),
    grokPatterns: list({
      fromProject: "consent",
      metavar: "PATH",
      summary: "definitions for grok:, a file or a directory of them (Logstash's as they are)",
    }),
    grokEcs: flag({
      fromProject: "free",
      summary: "the built-in grok patterns capture under the names of the Elastic Common Schema",
    }),
    field: text({
      fromProject: "free",
      metavar: "NAME",
      summary: "read the text in this field of events, not lines; the other fields are kept",
    }),
    tz: sourceZone,
    dateOrder,
    year: integer({
      fromProject: "free",
      metavar: "YEAR",
      min: 1970,
      max: 9999,
      summary: "the year of times without one; default the latest that is not after the file was written",
    }),
    keepRaw: flag({ fromProject: "free", summary: "keep the line as it was in the field `raw`" }),
    ...multilineOptions,
    detect: flag({
      fromProject: "free",
      summary:
        "instead of events, the formats that the first lines may be in, each with the share it reads and a command",
    }),
    explain: flag({
      fromProject: "free",
      summary: "instead of events, for each line which formats tried it and what its parts became",
    }),
  },
  examples: [
    {
      title: "A web server's log, as events",
      command: "parse",
      stdin:
        '192.0.2.7 - - [21/Nov/2026:10:00:00 +0000] "GET /index.html HTTP/1.1" 200 1043 "-" "curl/8.5.0"\n',
      stdout:
        '{"timestamp":"2026-11-21T10:00:00Z","client_ip":"192.0.2.7","method":"GET","path":"/index.html","protocol":"HTTP/1.1","status":200,"bytes":1043,"user_agent":"curl/8.5.0"}\n',
    },
    {
      title: "Lines in a format of your own",
      command: "parse -f 'template:{level} [{thread}] {message}'",
      stdin: "WARN [main] disk is filling up\n",
      stdout: '{"level":"warn","thread":"main","message":"disk is filling up"}\n',
    },
    {
      title: "The same by an expression, and other lines as ever",
      command: "parse -f 'regex:^(?<level>[A-Z]+) (?<message>.*)$' -f auto",
      stdin: "WARN disk is filling up\nlevel=info msg=started\n",
      stdout: '{"level":"warn","message":"disk is filling up"}\n{"level":"info","message":"started"}\n',
    },
    {
      title: "A pattern that Logstash's users know",
      command: "parse -f 'grok:%{NAGIOSLOGLINE}'",
      stdin: "[1795255200] HOST ALERT: web1;DOWN;HARD;3;no answer\n",
      stdout:
        '{"nagios_epoch":"1795255200","nagios_message":"no answer","nagios_type":"HOST ALERT","nagios_hostname":"web1","nagios_state":"DOWN","nagios_statelevel":"HARD","nagios_attempt":3}\n',
    },
    {
      title: "Logstash's own library, and patterns of a file before everything else",
      command:
        "parse --grok-patterns patterns/ecs-v1 --patterns ours.txt -f 'grok:%{ELB_ACCESS_LOG}' elb.log",
    },
    {
      title: "Which formats a log is in",
      command: "parse --detect | jq -c '{format, score}'",
      stdin: "level=info msg=started\nlevel=warn msg=slow\nstopped\n",
    },
    {
      title: "What stands in a field of events",
      command: "parse --field message -f 'template:{verb} {path} took {took_ms} ms'",
      stdin: '{"service":"shop","message":"GET /cart took 12 ms"}\n',
      stdout: '{"verb":"GET","path":"/cart","took_ms":12,"service":"shop"}\n',
    },
    {
      title: "logfmt, keeping the line itself",
      command: "parse --format logfmt --keep-raw",
      stdin: 'level=info msg="started" port=8080\n',
      stdout:
        '{"level":"info","message":"started","port":8080,"raw":"level=info msg=\\"started\\" port=8080"}\n',
    },
  ],
  input: "text",
  ownOperands: 0,
  isStateless: (given) => !settingsOf(given).isStateful && !looksOnly(given),
  align: (given) => {
    if (looksOnly(given) || given.options.field !== undefined) return undefined;
    const { joinsLines, containers, isHeaded, rules } = settingsOf(given);
    if (!joinsLines && !isHeaded) return undefined;
    const boundary = joinsLines
      ? (bytes: Buffer, isThorough?: boolean) => recordBoundary(bytes, containers, rules, isThorough)
      : (bytes: Buffer) => bytes.length;
    const holdMs = joinsLines ? (held: Buffer) => pieceHoldMs(held, containers) : undefined;
    return { boundary, ...(holdMs && { holdMs }), ...(isHeaded && { learn: learnHeaders }) };
  },
  async forFiles(given, files) {
    const { format, patterns, field } = given.options;
    const isAsked = format.length > 0 || patterns.length > 0 || field !== undefined || looksOnly(given);
    if (isAsked || !files.some((file) => /\.[ct]sv\b/i.test(file))) return undefined;
    const { namedTable, areNamedTables } = await import("../../lib/stages/parse/unparsed/named-table.js");
    const table = areNamedTables(files) ? await namedTable(files) : undefined;
    return table && { ...given, options: { ...given.options, format: table } };
  },
  lineCommand: ({ options }) => (options.explain ? "logpipe parse --explain" : undefined),
  holdMs: ({ options }) => options.multilineTimeout,
  open: async (given, io) => ({
    ...(await openPatterns(given.options, io)),
    look: looksOnly(given) ? await import("../../lib/stages/parse/unparsed/looks.js") : undefined,
  }),
  check: (given, { nowMs }) => {
    const { options } = given;
    recordRules(options);
    // What files define is not known yet.
    if (options.patterns.length > 0 || options.grokPatterns.length > 0) return;
    const { specs, definitions } = withoutFiles(options);
    formatNamed(specs, { nowMs }, definitions);
  },
  create: (given, context, opened) => {
    const { options } = given;
    const { specs, definitions } = opened ?? withoutFiles(options);
    if (opened?.look !== undefined) {
      const isAuto = specs.length === 1 && specs[0]!.spec === "auto";
      const asked = specs.map((spec) => ({
        name: spec.spec,
        create: () => formatNamed([spec], { nowMs: context.nowMs }, definitions),
      }));
      return opened.look.transformOf(options, context, isAuto ? undefined : asked);
    }
    const memory = new Memory();
    const parser = formatNamed(specs, { nowMs: context.nowMs, memory }, definitions);
    const { field, keepRaw, tz, dateOrder, year } = options;
    if (field !== undefined)
      return new FieldParser(parser, context, { field, keepsRaw: keepRaw, zone: tz, dateOrder, year });
    return new Parser(parser, context, {
      ...settingsOf(given),
      keepsRaw: options.keepRaw,
      memory,
      holdMs: options.multilineTimeout,
      zone: options.tz,
      dateOrder: options.dateOrder,
      year: options.year,
    });
  },
});

/** Whether nothing is parsed. */
function looksOnly({
  options,
}: {
  readonly options: { readonly detect: boolean; readonly explain: boolean };
}) {
  return options.detect || options.explain;
}

function settingsOf({ options }: { readonly options: ParseFormatOptions & MultilineOptions }) {
  return parserSettings(formatSpecs(options), options.patterns.length > 0, recordRules(options));
}
