// Enter here: what `help` prints.
/** What `help` prints: examples first, then what it is, then every option. */
import { formatDuration } from "../../base/duration.js";
import { formatRate, type Rate } from "../../base/rate.js";
import { allOptions } from "../../options/common.js";
import { type AnyOption, flagName, type Options } from "../../options/options.js";
import type { AnyDeclaration, Operand } from "../../pipeline/contract/stage.js";

export interface HelpLooks {
  readonly hasColour: boolean;
  readonly columns: number;
}

/** Shapes of the one-line entries of the list of commands. */
export interface CommandLine {
  readonly name: string;
  readonly summary: string;
}

/** The help of one command; of its options only those of its own that are not rare, unless `isWhole`. */
export function commandHelp(declaration: AnyDeclaration, looks: HelpLooks, isWhole = false): string {
  const paint = painter(looks.hasColour);
  const parts = [
    `${paint.bold(`logpipe ${declaration.name}`)}: ${declaration.summary}`,
    usageLine(declaration),
  ];
  const examples = declaration.examples.map(
    (example) => `  # ${example.title}\n  ${exampleLine(example.command)}`,
  );
  if (examples.length > 0) parts.push(`${paint.bold("Examples")}\n${examples.join("\n\n")}`);
  if (declaration.details.trim() !== "") parts.push(plainText(declaration.details, width(looks)));
  if (declaration.operands.length > 0)
    parts.push(section(paint.bold("Arguments"), operandRows(declaration.operands), looks));
  const declared: Options = declaration.options;
  const shown = Object.entries(declared).filter(([, option]) => isWhole || !option.advanced);
  const own = optionRows(Object.fromEntries(shown));
  if (own.length > 0) parts.push(section(paint.bold("Options"), own, looks));
  if (isWhole)
    parts.push(section(paint.bold("Common options"), optionRows(commonOptions(declaration)), looks));
  else parts.push(foldedOptions(declaration, looks).join("\n"));
  return `${parts.join("\n\n")}\n`;
}

/** The names of the options that are not explained, and where they are. */
function foldedOptions(declaration: AnyDeclaration, looks: HelpLooks): string[] {
  const declared: Options = declaration.options;
  const rare = Object.entries(declared).filter(([, { advanced }]) => advanced === true);
  const names = [...rare, ...Object.entries(commonOptions(declaration))].map(([name, { short }]) =>
    short === undefined ? flagName(name) : `-${short}`,
  );
  const text = `And ${names.join(" ")}: "logpipe help ${declaration.name} --all" explains them.`;
  return wrap(text, width(looks));
}

/** The help of `logpipe` itself: the lines of the main jobs, then every command and topic. */
export function overview(
  commands: readonly CommandLine[],
  topics: readonly CommandLine[],
  looks: HelpLooks,
): string {
  const paint = painter(looks.hasColour);
  const parts = [
    `${paint.bold("logpipe")}: read, shape, keep and question logs with small commands and pipes`,
    `${paint.bold("Examples")}\n${OVERVIEW_EXAMPLES.map((line) => `  ${line}`).join("\n")}`,
    section(
      paint.bold("Commands"),
      commands.map((command) => [command.name, command.summary]),
      looks,
    ),
    section(
      paint.bold("Topics"),
      topics.map((topic) => [topic.name, topic.summary]),
      looks,
    ),
    wrap(
      '"logpipe help COMMAND" shows examples and options of one of them, "logpipe help TOPIC" a page, "logpipe help --json" everything for programs.',
      width(looks),
    ).join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The help of a first word that several commands share: `logpipe store`. */
export function groupHelp(group: CommandLine, commands: readonly CommandLine[], looks: HelpLooks): string {
  const paint = painter(looks.hasColour);
  const parts = [
    `${paint.bold(`logpipe ${group.name}`)}: ${group.summary}`,
    `Usage: logpipe ${group.name} COMMAND [OPTIONS] [ARGUMENTS]`,
    section(
      paint.bold("Commands"),
      commands.map((command) => [command.name, command.summary]),
      looks,
    ),
    `"logpipe help ${commands[0]?.name ?? group.name}" shows examples and options of one of them.`,
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The two lines printed when a command has nothing to read. */
export function shortHelp(declaration: AnyDeclaration): string {
  const example = declaration.examples[0];
  const lines = [usageLine(declaration)];
  if (example !== undefined) lines.push(`Example: ${exampleLine(example.command)}`);
  return `${lines.join("\n")}\n`;
}

/** `Usage: logpipe parse [OPTIONS] [FILE...]`. */
export function usageLine(declaration: AnyDeclaration): string {
  return `Usage: logpipe ${declaration.name} [OPTIONS]${declaration.operands.map((o) => ` ${operandText(o)}`).join("")}`;
}

/** The options that come from `allOptions` and not from the declaration. */
export function commonOptions(declaration: AnyDeclaration): Options {
  return Object.fromEntries(
    Object.entries(allOptions(declaration)).filter(([name]) => !(name in declaration.options)),
  );
}

/** `-f, --format FORMAT` as it stands in help, documentation and the man page. */
export function optionLabel(name: string, option: AnyOption): string {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  const isOnByDefault = option.kind === "flag" && option.default === true;
  const long = isOnByDefault ? flagName(name).replace("--", "--no-") : flagName(name);
  return short + long + (option.kind === "flag" ? "" : ` ${option.metavar ?? metavarOf(option)}`);
}

/** The summary with the choices and the default, as far as it does not say them itself. */
export function optionText(option: AnyOption): string {
  const extras: string[] = [];
  if (option.choices !== undefined && !option.choices.every((choice) => option.summary.includes(choice))) {
    extras.push(option.choices.join(", "));
  }
  if (option.kind === "list") extras.push("may be repeated");
  const hasDefault =
    typeof option.default === "string" ||
    typeof option.default === "number" ||
    (option.kind === "rate" && option.default !== undefined);
  if (hasDefault && !option.summary.includes("default")) extras.push(`default ${defaultText(option)}`);
  return extras.length === 0 ? option.summary : `${option.summary} (${extras.join("; ")})`;
}

/** As one would write it on the command line. */
function defaultText({ kind, default: value }: AnyOption): string {
  if (kind === "duration" && typeof value === "number") return formatDuration(value);
  if (kind === "rate") return formatRate(value as Rate);
  if (kind === "size" && typeof value === "number" && value % 1024 ** 2 === 0)
    return `${value / 1024 ** 2}MiB`;
  return String(value);
}

export function operandText(operand: Operand): string {
  const name = operand.name + (operand.isRepeated ? "..." : "");
  return operand.isRequired ? name : `[${name}]`;
}

const OVERVIEW_EXAMPLES = [
  "logpipe app.log",
  "logpipe -f app.log --level warn+ service=api",
  "tail -f access.log | logpipe parse | logpipe sink",
  'logpipe query "SELECT status, count(*) AS n FROM logs GROUP BY 1 ORDER BY n DESC"',
  "logpipe run 'parse | sink ./store' < access.log",
];

type Row = readonly [label: string, text: string];

/** An example as typed: one that begins with another program (`cat x | logpipe ...`) is left as it is. */
export function exampleLine(command: string): string {
  return /(^|[\s|;&(])logpipe\s/.test(command) ? command : `logpipe ${command}`;
}

function metavarOf(option: AnyOption): string {
  return option.kind === "choice"
    ? "NAME"
    : option.kind === "text" || option.kind === "list"
      ? "VALUE"
      : option.kind.toUpperCase();
}

function optionRows(options: Options): Row[] {
  return Object.entries(options).map(([name, option]) => [optionLabel(name, option), optionText(option)]);
}

function operandRows(operands: readonly Operand[]): Row[] {
  return operands.map((operand) => [operandText(operand), operand.summary]);
}

function section(title: string, rows: readonly Row[], looks: HelpLooks): string {
  const labels = Math.min(28, Math.max(...rows.map(([label]) => label.length)));
  const lines = rows.map(([label, text]) => {
    const wrapped = wrap(text, Math.max(30, width(looks) - labels - 4)).join(`\n${" ".repeat(labels + 4)}`);
    if (label.length > labels) return `  ${label}\n${" ".repeat(labels + 4)}${wrapped}`;
    return `  ${label.padEnd(labels)}  ${wrapped}`;
  });
  return `${title}\n${lines.join("\n")}`;
}

function width(looks: HelpLooks): number {
  return Math.min(100, Math.max(50, looks.columns));
}

/** Markdown paragraphs as text: wrapped, lists and code blocks kept as they are. */
function plainText(markdown: string, columns: number): string {
  const paragraphs = markdown.trim().split(/\n\s*\n/);
  return paragraphs
    .map((paragraph) =>
      /^(\s{4}|\s*[-*|] |```)/m.test(paragraph) ? paragraph : wrap(paragraph, columns).join("\n"),
    )
    .join("\n\n");
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function painter(hasColour: boolean): { bold: (text: string) => string } {
  return { bold: (text) => (hasColour ? `\u001b[1m${text}\u001b[22m` : text) };
}
