/** What `patterns` prints at the end: a record a template. */
import { quote } from "../../json/quote.js";
import type { Template } from "../../sketch/templates/template.js";
import type { TemplateMiner } from "../../sketch/templates/templates.js";

export interface SummaryOptions {
  /** How many patterns, the most frequent first; undefined: all. */
  readonly top: number | undefined;
  /** Only what is new. */
  readonly isNewOnly: boolean;
  /** Whether a pattern is new; undefined when nobody asked. */
  readonly isNew: ((template: Template) => boolean) | undefined;
}

/** NDJSON, the most frequent first. */
export function summaryOf(miner: TemplateMiner, { top, isNewOnly, isNew }: SummaryOptions): string {
  const wanted = miner.templates().filter((template) => !isNewOnly || isNew?.(template) === true);
  wanted.sort((a, b) => b.count - a.count || a.order - b.order);
  return wanted
    .slice(0, top)
    .map((template) => recordOf(template, miner.texts, isNew?.(template)))
    .join("");
}

function recordOf(template: Template, texts: number, isNew: boolean | undefined): string {
  const { id, text, count, firstMs, lastMs, example, levels, formerIds } = template;
  let record = `{"pattern_id":"${id}","pattern":${quote(text)},"count":${count},"share":${shareOf(count, texts)}`;
  if (isNew !== undefined) record += `,"new":${isNew}`;
  if (!Number.isNaN(firstMs)) record += `,"first_seen":"${timeOf(firstMs)}","last_seen":"${timeOf(lastMs)}"`;
  if (levels.size > 0) record += `,"levels":{${levelsOf(levels)}}`;
  record += `,"example":${quote(example)}`;
  if (formerIds.length > 0) record += `,"former_ids":${JSON.stringify(formerIds)}`;
  return `${record}}\n`;
}

function shareOf(count: number, texts: number): number {
  return texts === 0 ? 0 : Number((count / texts).toPrecision(4));
}

function levelsOf(levels: ReadonlyMap<string, number>): string {
  const sorted = [...levels].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return sorted.map(([level, count]) => `${quote(level)}:${count}`).join(",");
}

/**
 * Times out of the range that dates have cannot come in: they were read from RFC 3339 or epoch numbers of four-digit
 * years.
 */
function timeOf(ms: number): string {
  return new Date(Math.floor(ms)).toISOString();
}
