/** Tells the kernel the normalisation table of `src/lib/format/normalise/well-known.ts`, as far as it handles it. */

import { assert } from "../../base/assert.js";
import { table } from "../../base/table.js";
import { CLAIMS, type Claim } from "../../format/normalise/normaliser.js";
import { readValue } from "../../format/normalise/readings.js";
import { WELL_KNOWN } from "../../format/normalise/well-known.js";
import type { Kernel } from "../../kernel/kernel.js";

/** See `assembly/normalise.ts` for the bits. */
const ODD = 1;
const READINGS: Readonly<Record<string, number>> = table({
  time: 1,
  "day-or-time": 1,
  level: 2,
  text: 3,
  name: 4,
});
const OWN = 1 << 24;
const OPENED = 1 << 25;
const ONLY_OPENED = 1 << 26;
const ODD_IF_LABELLED = 1 << 27;

/**
 * Keys by which another format than `json` may know a line, or `parse` an envelope or a list of events: the host reads
 * these lines.
 */
const ODD_KEYS: readonly string[] = [
  "raw",
  "log",
  "__REALTIME_TIMESTAMP",
  "resourceLogs",
  "Records",
  "records",
];

const LEVEL_WORDS =
  "trace debug info notice warn warning error err critical crit fatal alert emerg panic".split(" ");
/** Those of pino; where others are, the host has more to say. */
const LEVEL_NUMBERS = ["10", "20", "30", "40", "50", "60"];

const prepared = new WeakSet<Kernel>();

/** Writes the tables, once a kernel. */
export function prepareNormalising(k: Kernel): void {
  if (prepared.has(k)) return;
  prepared.add(k);
  k.exports.forgetKeys();
  writeClaims(k);
  writeTargets(k);
  writeLevels(k);
}

function writeClaims(k: Kernel): void {
  const codes = new Map([...CLAIMS].map(([key, claims]) => [key, codeOf(claims)]));
  for (const key of ODD_KEYS) codes.set(key, ODD);
  codes.set("source", ODD_IF_LABELLED);
  const table = k.exports.claimsAt();
  let text = codes.size * 16;
  let n = 0;
  for (const [key, code] of codes) {
    const bytes = Buffer.from(key);
    assert(text + bytes.length < 16_384, "the kernel's table of claims is full");
    k.bytes.set(bytes, table + text);
    k.words.set([text, bytes.length, code, 0], (table >> 2) + n++ * 4);
    text += bytes.length;
  }
  k.exports.setClaims(codes.size);
}

/** What all claims on one key come to. */
function codeOf(claims: readonly Claim[]): number {
  const direct = claims.filter(({ path }) => path === undefined);
  const [claim] = direct;
  const isAlways = claims.every(({ beside, isOfWindows }) => beside === undefined && !isOfWindows);
  if (direct.length > 1 || !isAlways) return ODD;
  const opened = direct.length < claims.length ? OPENED : 0;
  if (claim === undefined) return opened | ONLY_OPENED;
  const reading = claim.reading === undefined ? 0 : READINGS[claim.reading];
  if (reading === undefined) return ODD;
  return opened | ((claim.target + 1) << 8) | (reading << 16) | (claim.rank === 0 ? OWN : 0);
}

function writeTargets(k: Kernel): void {
  WELL_KNOWN.forEach((name, n) => {
    const at = k.exports.targetsAt() + (n + 1) * 32;
    const bytes = Buffer.from(`"${name}":`);
    k.bytes.set(bytes, at);
    k.bytes[at + 31] = bytes.length;
  });
}

function writeLevels(k: Kernel): void {
  const words = LEVEL_WORDS.flatMap((word) => [
    word,
    word.toUpperCase(),
    word[0]!.toUpperCase() + word.slice(1),
  ]);
  const texts = [...words.map((word) => `"${word}"`), ...LEVEL_NUMBERS];
  let n = 0;
  for (const text of texts) {
    const canonical = readValue("level", text);
    if (canonical === undefined) continue;
    const at = k.exports.levelsAt() + n++ * 64;
    k.words.set([text.length, canonical.length], at >> 2);
    k.bytes.set(Buffer.from(text), at + 8);
    k.bytes.set(Buffer.from(canonical), at + 36);
  }
  k.exports.setLevels(n);
}
