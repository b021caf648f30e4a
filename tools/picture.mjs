#!/usr/bin/env node
// `node tools/picture.mjs`: writes docs/pictures/tour.svg, what some commands print on a terminal, from their real
// output.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COLUMNS = 96;

/** What is typed, and how many lines of what it prints are shown. */
const SESSION = [
  { typed: "logpipe orders.jsonl --level warn --tail 3", lines: 3 },
  { typed: "logpipe top status access.log --limit 3", lines: 5 },
  { typed: "logpipe histogram access.log --where 'status >= 400'", lines: 16 },
  { typed: "logpipe parse access.log | logpipe sink", lines: 1 },
  {
    typed:
      'logpipe query "SELECT status, count(*) AS n, bar(n, 0, 310, 24) AS share\n                 FROM logs GROUP BY 1 ORDER BY n DESC LIMIT 4"',
    lines: 6,
  },
  { typed: 'logpipe redact <<< \'{"message":"login of ann@example.com, password=hunter2"}\'', lines: 1 },
];

const COLOURS = {
  32: "#7ec699",
  33: "#e6c07b",
  31: "#f47b80",
  36: "#6cb6ff",
  35: "#d2a8ff",
  90: "#8b949e",
};
const TEXT = "#e6edf3";
const CELL = { width: 8.43, height: 20 };
const EDGE = 18;

writeFileSync(join(ROOT, "docs/pictures/tour.svg"), draw(play()));

/** The lines of the terminal, with their escapes. */
function play() {
  const place = mkdtempSync(join(tmpdir(), "logpipe-picture-"));
  try {
    cpSync(join(ROOT, "fixtures/pino/orders.jsonl"), join(place, "orders.jsonl"));
    cpSync(join(ROOT, "fixtures/nginx/access.log"), join(place, "access.log"));
    return SESSION.flatMap(({ typed, lines }, n) => [
      ...(n === 0 ? [] : [""]),
      ...typed
        .split("\n")
        .map((line, at) => `${at === 0 ? "\u001b[32m$\u001b[39m " : "  "}${line.trimStart()}`),
      ...run(typed, place).slice(0, lines),
    ]);
  } finally {
    rmSync(place, { recursive: true });
  }
}

function run(typed, cwd) {
  const env = {
    ...process.env,
    PATH: `${join(ROOT, "bin")}${delimiter}${process.env["PATH"]}`,
    ...{ HOME: cwd, COLUMNS: String(COLUMNS), FORCE_COLOR: "1", LOGPIPE_COLOR: "always" },
  };
  const command = typed.replace(/^logpipe (query|top)/, "$& --to table");
  const text = execFileSync("bash", ["-c", `{ ${command.replaceAll("\n", " ")}; } 2>&1`], { cwd, env });
  return text.toString("utf8").trimEnd().split("\n");
}

function draw(lines) {
  const width = Math.ceil(COLUMNS * CELL.width + 2 * EDGE);
  const height = lines.length * CELL.height + 2 * EDGE;
  const rows = lines.map((line, n) => {
    const spans = spansOf(line).map(({ text, style }) => `<tspan${style}>${escapeXml(text)}</tspan>`);
    return `<text x="${EDGE}" y="${EDGE + 15 + n * CELL.height}" xml:space="preserve">${spans.join("")}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="logpipe on a terminal">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${TEXT}">
${rows.join("\n")}
</g>
</svg>
`;
}

/** A line in pieces of one look, at most COLUMNS cells. */
function spansOf(line) {
  const spans = [];
  const look = { colour: undefined, isBold: false, isDim: false };
  let left = COLUMNS;
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    if (part.startsWith("\u001b["))
      for (const code of part.slice(2, -1).split(";")) change(look, Number(code));
    else if (part !== "" && left > 0) {
      spans.push({ text: [...part].slice(0, left).join(""), style: styleOf(look) });
      left -= [...part].length;
    }
  }
  return spans;
}

function change(look, code) {
  if (code === 0) Object.assign(look, { colour: undefined, isBold: false, isDim: false });
  else if (code === 1) look.isBold = true;
  else if (code === 2) look.isDim = true;
  else if (code === 22) Object.assign(look, { isBold: false, isDim: false });
  else if (code === 39) look.colour = undefined;
  else look.colour = COLOURS[code] ?? look.colour;
}

function styleOf({ colour, isBold, isDim }) {
  return `${colour === undefined ? "" : ` fill="${colour}"`}${isBold ? ' font-weight="bold"' : ""}${isDim ? ' fill-opacity="0.6"' : ""}`;
}

function escapeXml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
