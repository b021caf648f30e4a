import { failure } from "../base/errors/index.js";
import { suggest } from "../base/suggest.js";
import { accessFormats } from "./access/registry.js";
import { cloudFormats } from "./cloud/registry.js";
import { databaseFormats } from "./database/registry.js";
import { FormatDetector, type NamedParser, SingleFormat } from "./detector.js";
import type { Format, FormatContext } from "./format.js";
import { text } from "./line/line.js";
import { grokFormat } from "./patterns/grok.js";
import { regexFormat } from "./patterns/regex.js";
import { securityFormats } from "./security/registry.js";
import { structuredFormats } from "./structured/registry.js";
import { syslogFormats } from "./syslog/registry.js";
import { textFormats } from "./text/registry.js";

const isLogfmt = (format: Format) => format.name === "logfmt";

/**
 * Every format, in the order in which `auto` tries those that can be told from one line: the most particular first. logfmt
 * comes late because any line with a few `=` comes near it; text last because it takes every line with a date.
 */
export const formats: readonly Format[] = [
  ...structuredFormats.filter((format) => !isLogfmt(format)),
  ...cloudFormats,
  ...databaseFormats,
  ...securityFormats,
  ...syslogFormats,
  ...textFormats,
  ...accessFormats,
  ...structuredFormats.filter(isLogfmt),
  text,
];

/** Formats by what they are of, for the documentation. */
export const FORMAT_ROOMS: readonly { readonly title: string; readonly formats: readonly Format[] }[] = [
  { title: "Structured", formats: structuredFormats },
  { title: "Web servers and proxies", formats: accessFormats },
  { title: "Cloud services", formats: cloudFormats },
  { title: "Databases", formats: databaseFormats },
  { title: "Syslog", formats: syslogFormats },
  { title: "Firewalls, audit and security", formats: securityFormats },
  { title: "Programs", formats: textFormats },
  { title: "Any other text", formats: [text] },
].filter((room) => room.formats.length > 0);

/** What `--format SPEC` reads with: a parser that also tells which format read the last line. Errors as `resolveFormat`. */
export function formatNamed(spec: string, context: FormatContext): NamedParser {
  return spec === "auto"
    ? new FormatDetector(formats, context)
    : new SingleFormat(resolveFormat(spec), context);
}

/**
 * The format that `--format SPEC` means: `auto`, a name or alias, `regex:PATTERN` or `grok:PATTERN`. Throws usage.bad-value,
 * or usage.syntax for a malformed pattern.
 */
export function resolveFormat(spec: string): Format {
  if (spec === "auto") return auto;
  if (spec.startsWith("regex:")) return regexFormat(spec.slice("regex:".length));
  if (spec.startsWith("grok:")) return grokFormat(spec.slice("grok:".length));
  const wanted = spec.toLowerCase();
  const found = formats.find((format) => format.name === wanted || format.aliases?.includes(wanted));
  if (found !== undefined) return found;
  const names = formats.flatMap((format) => [format.name, ...(format.aliases ?? [])]);
  throw failure("usage.bad-value", {
    option: "--format",
    value: spec,
    reason: "there is no such format",
    suggestion: suggest(spec, ["auto", "regex:", "grok:", ...names]),
    hint: `one of: auto, ${formats.map((format) => format.name).join(", ")}, regex:PATTERN, grok:PATTERN`,
  });
}

const auto: Format = {
  name: "auto",
  summary: "whichever format a line is in, decided line by line",
  examples: [],
  auto: false,
  hasContinuations: true,
  reference: "the order of the formats in this file",
  create: (context) => new FormatDetector(formats, context),
};
