/** `help formats`: pages of docs/ for the terminal. They come with the package. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { failure } from "../../base/errors/index.js";
import { table } from "../../base/table.js";
import type { HelpLooks } from "./help.js";
import { markdownText } from "./markdown.js";

export interface Topic {
  /** In docs/. */
  readonly page: string;
  /** The heading of the part that is meant; absent: all of the page. */
  readonly section?: string;
  readonly summary: string;
}

/** In the order of the list. A test asks for every page and section. */
export const TOPICS: Readonly<Record<string, Topic>> = table({
  recipes: { page: "cookbook.md", summary: "lines to copy for everyday jobs" },
  formats: { page: "formats.md", summary: "the log formats that are known, with an example of each" },
  fields: { page: "events.md", summary: "what the fields of events are called and what they hold" },
  times: {
    page: "events.md",
    section: "Times",
    summary: "how times are read, zones and years that are missing",
  },
  expressions: { page: "expressions.md", summary: "the language of filter, --where and enrich --set" },
  charts: { page: "charts.md", summary: "what is drawn of events and results, and how" },
  alerts: { page: "alerts.md", summary: "conditions and exit codes for cron and CI, lines of a crontab" },
  nginx: { page: "nginx.md", summary: "access logs with request times, slow endpoints" },
  containers: { page: "containers.md", summary: "logs of Docker and Kubernetes" },
  "coming-from": {
    page: "coming-from.md",
    summary: "what you typed in grep, jq, Miller, lnav or Vector, and what does it here",
  },
  node: { page: "node.md", summary: "the library: pipelines, queries, streams, pino" },
  yaml: { page: "yaml.md", summary: "pipelines kept in a file" },
  "exit-codes": { page: "manners.md", section: "Exit codes", summary: "what the exit code says" },
  manners: { page: "manners.md", summary: "what holds for every command: pipes, flags, settings, looks" },
});

/** The text of a topic; undefined where there is none of that name. Other pages of docs/ are topics by their names. */
export function topicText(name: string, looks: HelpLooks): string | undefined {
  const topic = Object.hasOwn(TOPICS, name) ? TOPICS[name]! : otherPage(name);
  if (topic === undefined) return undefined;
  const path = join(docsDirectory(), topic.page);
  if (!existsSync(path))
    throw failure("usage.unreadable", {
      what: "page",
      path,
      reason: "it did not come with this installation",
    });
  const markdown = readFileSync(path, "utf8");
  const { section } = topic;
  return markdownText(section === undefined ? markdown : sectionOf(markdown, section), looks);
}

function otherPage(name: string): Topic | undefined {
  if (!/^[a-z][a-z-]*$/.test(name)) return undefined;
  const page = `${name}.md`;
  return existsSync(join(docsDirectory(), page)) ? { page, summary: "" } : undefined;
}

/** The part under a heading, with the parts below it; "" where there is none. */
export function sectionOf(markdown: string, heading: string): string {
  const lines = markdown.split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) return "";
  const depth = /^#+/.exec(lines[start]!)![0].length;
  let isCode = false;
  const end = lines.findIndex((line, n) => {
    if (line.startsWith("```")) isCode = !isCode;
    const level = isCode ? undefined : /^(#+) /.exec(line)?.[1]?.length;
    return n > start && level !== undefined && level <= depth;
  });
  return lines.slice(start, end < 0 ? undefined : end).join("\n");
}

/** Beside `dist` or `src`, wherever in them this stands. */
export function docsDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "docs", "manners.md")) && dirname(directory) !== directory)
    directory = dirname(directory);
  return join(directory, "docs");
}
