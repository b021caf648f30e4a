import { failure } from "../base/errors/index.js";
import { suggest } from "../base/suggest.js";
import { accessFormats } from "./access/registry.js";
import { cloudFormats } from "./cloud/registry.js";
import { databaseFormats } from "./database/registry.js";
import { FormatDetector, type NamedParser, SingleFormat } from "./detector.js";
import type { Format, FormatContext } from "./format.js";
import type { FormatSpec } from "./format-spec.js";
import { text } from "./line/line.js";
import type { GrokDefinitions } from "./patterns/grok/grok-definitions.js";
import { PATTERN_KINDS, patternFormat } from "./patterns/user-patterns.js";
import { PatternWatch } from "./patterns/watch.js";
import { lateSecurityFormats, securityFormats } from "./security/registry.js";
import { SeveralFormats } from "./several.js";
import { structuredFormats } from "./structured/registry.js";
import { headlessFormats, syslogFormats } from "./syslog/registry.js";
import { tableFormats } from "./tables/registry.js";
import { textFormats } from "./text/registry.js";

const isLogfmt = (format: Format) => format.name === "logfmt";

/**
 * Every format, in the order in which `auto` tries those that can be told from one line: the most particular first.
 * logfmt comes late because any line with a few `=` comes near it; text last because it takes every line with a date.
 */
export const formats: readonly Format[] = [
  ...structuredFormats.filter((format) => !isLogfmt(format)),
  ...tableFormats,
  ...cloudFormats,
  ...databaseFormats,
  ...securityFormats,
  ...syslogFormats,
  ...textFormats,
  ...accessFormats,
  ...lateSecurityFormats,
  ...headlessFormats,
  ...structuredFormats.filter(isLogfmt),
  text,
];

/** Formats by what they are of, for the documentation. */
export const FORMAT_ROOMS: readonly { readonly title: string; readonly formats: readonly Format[] }[] = [
  { title: "Structured", formats: structuredFormats },
  { title: "Web servers and proxies", formats: accessFormats },
  { title: "Tables that begin with a header", formats: tableFormats },
  { title: "Cloud services", formats: cloudFormats },
  { title: "Databases", formats: databaseFormats },
  { title: "Syslog", formats: [...syslogFormats, ...headlessFormats] },
  { title: "Firewalls, audit and security", formats: [...securityFormats, ...lateSecurityFormats] },
  { title: "Programs", formats: textFormats },
  { title: "Any other text", formats: [text] },
].filter((room) => room.formats.length > 0);

/**
 * What `--format` reads with: a parser that also tells which format read the last line; of several, the first that
 * takes a line does. `definitions` are those of grok, where they are not the built-in ones. Errors as `resolveFormat`.
 */
export function formatNamed(
  wanted: string | readonly FormatSpec[],
  context: FormatContext,
  definitions?: GrokDefinitions,
): NamedParser {
  const specs = typeof wanted === "string" ? [{ spec: wanted, what: "--format" }] : wanted;
  if (specs.length === 1) return parserOf(specs[0]!, context, definitions, undefined);
  const watch = new PatternWatch();
  return new SeveralFormats(
    specs.map((spec) => parserOf(spec, context, definitions, watch)),
    watch,
  );
}

function parserOf(
  spec: FormatSpec,
  context: FormatContext,
  definitions: GrokDefinitions | undefined,
  watch: PatternWatch | undefined,
): NamedParser {
  if (spec.spec === "auto") return new FormatDetector(formats, context);
  const pattern = patternFormat(spec, definitions);
  if (pattern === undefined) return new SingleFormat(namedFormat(spec), context);
  return new SingleFormat({ ...pattern, create: (own) => pattern.create(own, watch) }, context);
}

/**
 * The format that `--format SPEC` means: `auto`, a name or alias, or a pattern behind `regex:`, `grok:`, `dissect:` or
 * `template:`. Throws usage.bad-value, or usage.syntax for a malformed pattern.
 */
export function resolveFormat(spec: string): Format {
  if (spec === "auto") return auto;
  const wanted = { spec, what: "--format" };
  return patternFormat(wanted, undefined) ?? namedFormat(wanted);
}

function namedFormat({ spec, what }: FormatSpec): Format {
  const wanted = spec.toLowerCase();
  const found = formats.find((format) => format.name === wanted || format.aliases?.includes(wanted));
  if (found !== undefined) return found;
  const names = formats.flatMap((format) => [format.name, ...(format.aliases ?? [])]);
  const kinds = PATTERN_KINDS.map((kind) => `${kind}:`);
  throw failure("usage.bad-value", {
    option: what,
    value: spec,
    reason: "there is no such format",
    suggestion: suggest(spec, ["auto", ...kinds, ...names]),
    hint: `one of: auto, ${formats.map((format) => format.name).join(", ")}, ${kinds.join("PATTERN, ")}PATTERN`,
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
