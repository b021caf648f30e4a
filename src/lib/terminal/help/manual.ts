/** The manual page logpipe(1), in the man macros of roff (groff_man(7)). */
import type { Options } from "../../options/options.js";
import type { AnyDeclaration } from "../../pipeline/contract/stage.js";
import { commonOptions, exampleLine, operandText, optionLabel, optionText } from "./help.js";

/** One page for all of `declarations`. */
export function manualPage(declarations: readonly AnyDeclaration[]): string {
  const lines = [
    '.TH LOGPIPE 1 "" "logpipe" "User Commands"',
    ".SH NAME",
    "logpipe \\- read, shape, keep and question logs with small commands and pipes",
    ".SH SYNOPSIS",
    ".B logpipe",
    "COMMAND [OPTIONS] [ARGUMENTS]",
    ".SH COMMANDS",
    ...declarations.flatMap(commandLines),
    ".SH EXIT STATUS",
    ...paragraphs(EXIT_CODES),
    ".SH ENVIRONMENT",
    ...paragraphs(ENVIRONMENT),
    ".SH FILES",
    ...paragraphs(FILES),
  ];
  return `${lines.join("\n")}\n`;
}

const EXIT_CODES: readonly Term[] = [
  ["0", "Done."],
  ["1", "It could not be done, or not for every input."],
  ["2", "The command line, pipeline or settings are wrong."],
  ["70", "A bug in logpipe."],
  ["130, 143", "Ended by Ctrl-C or SIGTERM, after what was read had been written."],
];
const ENVIRONMENT: readonly Term[] = [
  ["LOGPIPE_STORE", "The store by default."],
  ["LOGPIPE_*", 'Any setting; "logpipe config keys" lists them.'],
  ["NO_COLOR, FORCE_COLOR", "Colours off or on, unless --color says."],
];
const FILES: readonly Term[] = [
  ["logpipe.yaml", "Settings of a project, looked for upward from the working directory."],
  ["$XDG_CONFIG_HOME/logpipe/config.yaml", "Settings of a user."],
  ["/etc/logpipe/config.yaml", "Settings of a machine."],
];

type Term = readonly [term: string, text: string];

function commandLines(declaration: AnyDeclaration): string[] {
  const operands = declaration.operands.map(operandText).join(" ");
  const all: Options = { ...declaration.options, ...commonOptions(declaration) };
  const options = Object.entries(all);
  return [
    `.SS ${roff(`logpipe ${declaration.name} [OPTIONS] ${operands}`.trim())}`,
    `${roff(capital(declaration.summary))}.`,
    ...text(declaration.details),
    ...declaration.operands.flatMap((operand) => term(operand.name, operand.summary)),
    ...options.flatMap(([name, option]) => term(optionLabel(name, option).trim(), optionText(option))),
    ...declaration.examples.flatMap((example) => [
      ".PP",
      `${roff(example.title)}:`,
      ".RS 4",
      ".nf",
      ...exampleLine(example.command).split("\n").map(roff),
      ".fi",
      ".RE",
    ]),
  ];
}

function paragraphs(terms: readonly Term[]): string[] {
  return terms.flatMap(([name, text]) => term(name, text));
}

function term(name: string, text: string): string[] {
  return [".TP", `.B ${roff(name)}`, roff(text)];
}

function text(markdown: string): string[] {
  return markdown
    .trim()
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph !== "")
    .flatMap((paragraph) => [".PP", ...paragraph.split("\n").map((line) => roff(line.trim()))]);
}

/** Backslashes, hyphens that must stay hyphens, and control characters at the start of a line. */
function roff(line: string): string {
  const escaped = line
    .replace(/\\/g, "\\e")
    .replace(/-/g, "\\-")
    .replace(/`/g, "\\(ga")
    .replace(/'/g, "\\(aq");
  return /^[.]/.test(escaped) ? `\\&${escaped}` : escaped;
}

function capital(line: string): string {
  return line.charAt(0).toUpperCase() + line.slice(1);
}
