/** Texts through a template miner. */

import type { Template } from "../../../../src/lib/sketch/templates/template.js";
import { TemplateMiner } from "../../../../src/lib/sketch/templates/templates.js";

export function read(miner: TemplateMiner, texts: readonly string[]): Template[] {
  return texts.map((text) => {
    const bytes = Buffer.from(text);
    const template = miner.add(bytes, 0, bytes.length);
    template.observe(Number.NaN, undefined);
    return template;
  });
}

export function mined(texts: readonly string[], max?: number): TemplateMiner {
  const miner = new TemplateMiner(max);
  read(miner, texts);
  return miner;
}

export function texts(miner: TemplateMiner): string[] {
  return miner.templates().map(({ text, count }) => `${count} ${text}`);
}
