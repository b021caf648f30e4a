// docs/formats.md and the README's list of formats, from the declarations of the formats.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SECTION = /(<!-- formats: .*-->\n)[\s\S]*?(<!-- \/formats -->)/;
/** The last result of `npm run score`, committed. */
const SCORES = "docs/scores.json";

/** The page: a table of all formats, an example of each with the event it becomes, and the scores. */
export function formatsPage(root, rooms) {
  const parts = [
    "# Formats",
    `\`logpipe parse\` finds out the format of each line by itself; \`parse -f NAME\` reads one format only, and fails to
understand the lines that are not of it. \`parse --explain\` shows of each line that it is given which format took it and why. Formats of your own:
[patterns.md](patterns.md). How the fields are called, and how times and levels are read: [events.md](events.md).`,
    ...rooms.map(({ title, formats }) => `## ${title}\n\n${formatTable(formats)}`),
    scoresSection(root),
    RECIPE,
    "## Examples\n\nThe first example of each format, and the event it becomes.",
    ...rooms.flatMap(({ formats }) => formats.map(exampleSection)),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const RECIPE = `## Adding a format

One file \`src/lib/format/ROOM/NAME.ts\` that exports a \`Format\` ([format.ts](../src/lib/format/format.ts)): its name, a summary, two
lines that are read with the events they become, two that look alike and must be refused, how its lines begin
(\`openings\`), and a function from a line to fields. One line in \`src/lib/format/ROOM/registry.ts\`. The tests of all formats
(\`npx vitest run test/lib/format\`) then run its examples, damage them at random, look for quadratic time, and check that no
other format takes them. \`npm run docs\` writes it into this page. Most text formats are a pattern with named groups:
[klog.ts](../src/lib/format/text/klog.ts) is one of forty lines.`;

function formatTable(formats) {
  const rows = formats.map(({ name, aliases = [], auto, summary }) => {
    const names = [name, ...aliases].map((one) => `\`${one}\``).join(", ");
    return `| ${names}${auto ? "" : " (by name only)"} | ${cell(summary)} |`;
  });
  return `| format | lines |\n|---|---|\n${rows.join("\n")}`;
}

function exampleSection({ name, examples, reference }) {
  const example = examples.find(({ event }) => event !== undefined);
  if (example === undefined) return `### ${name}`;
  const lines = [...(example.before ?? []), example.line].join("\n");
  return `### ${name}\n\n${fenced("text", visible(lines))}\n\n${fenced("json", example.event)}\n\n${cell(reference)}`;
}

function scoresSection(root) {
  const path = join(root, SCORES);
  if (!existsSync(path)) return "";
  const { note, columns, rows } = JSON.parse(readFileSync(path, "utf8"));
  const body = rows.map((row) => `| ${row.map((value) => cell(String(value))).join(" | ")} |`).join("\n");
  return `## Scores\n\n${note}\n\n| ${columns.join(" | ")} |\n|${columns.map(() => "---").join("|")}|\n${body}`;
}

/** docs/patterns.md with the names that grok knows. */
export function patternsPage(root, rooms) {
  const page = readFileSync(join(root, "docs/patterns.md"), "utf8");
  const rows = rooms.map(
    ({ title, names }) => `| ${title} | ${names.map((name) => `\`${name}\``).join(" ")} |`,
  );
  return page.replace(
    /(<!-- names -->\n)[\s\S]*?(<!-- \/names -->)/,
    (_, before, after) => `${before}\n| of | names |\n|---|---|\n${rows.join("\n")}\n\n${after}`,
  );
}

/** README.md with its list of formats: names, by room. */
export function readmeWithFormats(root, rooms) {
  const page = readFileSync(join(root, "README.md"), "utf8");
  const rows = rooms.map(
    ({ title, formats }) => `| ${title} | ${formats.map(({ name }) => `\`${name}\``).join(" ")} |`,
  );
  const table = `| kind | formats |\n|---|---|\n${rows.join("\n")}`;
  return page.replace(SECTION, (_all, start, end) => `${start}\n${table}\n\n${end}`);
}

/** A fence longer than any in the text. */
export function fenced(language, text) {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}

/** Escape characters would not survive in a page. */
export function visible(text) {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f]/g,
    (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

export function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
