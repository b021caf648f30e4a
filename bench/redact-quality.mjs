#!/usr/bin/env node
// Recall and precision of the detectors over labelled cases that are not part of the project:
//   node bench/redact-quality.mjs --gitleaks FILE --presidio FILE --phones FILE [--show TYPE]
// gitleaks: {rule, label: "secret" | "clean", input}; presidio: {entity, text, count, positions};
// phones: {set, text, region} of libphonenumber's matcher test. Files may be gzipped NDJSON.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { settle } from "../dist/lib/stages/redact/settings.js";

const { values } = parseArgs({
  options: {
    gitleaks: { type: "string" },
    presidio: { type: "string" },
    phones: { type: "string" },
    show: { type: "string" },
  },
});

const PRESIDIO = {
  CREDIT_CARD: "card",
  EMAIL_ADDRESS: "email",
  IBAN_CODE: "iban",
  IP_ADDRESS: "ip",
  PH_MOBILE_NUMBER: "phone",
  TR_PHONE_NUMBER: "phone",
  US_SSN: "ssn",
};
/** What is no telephone number, or only has the length of one; the others are valid. */
const NO_PHONES = ["IMPOSSIBLE_CASES", "POSSIBLE_ONLY_CASES"];

const totals = new Map();
const finders = new Map();

if (values.gitleaks !== undefined) {
  for (const { rule, label, input } of lines(values.gitleaks)) {
    const isFound = spans(input, "secrets").length > 0;
    score("secrets (gitleaks)", label === "secret" ? 1 : 0, isFound ? 1 : 0, `${rule}: ${input}`);
  }
}
if (values.presidio !== undefined) {
  for (const { entity, text, positions, count } of lines(values.presidio)) {
    const detector = PRESIDIO[entity];
    if (detector === undefined) continue;
    const found = spans(text, detector);
    const wanted = positions.length > 0 || count === 0 ? positions : found.slice(0, count);
    const hits = wanted.filter(([start, end]) => found.some(([from, to]) => from < end && to > start)).length;
    const false_ = found.filter(
      ([from, to]) => !wanted.some(([start, end]) => from < end && to > start),
    ).length;
    add(
      `${detector} (presidio ${entity})`,
      hits,
      Math.max(wanted.length, count) - hits,
      false_,
      `${text} ${JSON.stringify(found)}`,
    );
  }
}
if (values.phones !== undefined) {
  for (const { set, text, region } of lines(values.phones)) {
    const isPhone = !NO_PHONES.includes(set);
    score(
      "phone (libphonenumber)",
      isPhone ? 1 : 0,
      Math.min(1, spans(text, "phone").length),
      `${region} ${text}`,
    );
  }
}
report();

function lines(path) {
  const bytes = readFileSync(path);
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** [start, end) in UTF-16 units of what the detectors find in a text on its own, as `redact` sees a field's value. */
function spans(text, detect) {
  if (!finders.has(detect)) {
    const options = { detect: [detect], action: [], pattern: [], allow: [], fields: [] };
    finders.set(detect, settle(options, { keys: [], allow: [] }).finder);
  }
  const line = Buffer.from(`{"text":${JSON.stringify(text)}}\n`);
  const raw = line.subarray(9, line.length - 3);
  return finders
    .get(detect)
    .inEvents(line)
    .map(({ start, end }) => {
      const before = JSON.parse(`"${raw.toString("utf8", 0, start - 9)}"`);
      return [
        before.length,
        before.length + JSON.parse(`"${raw.toString("utf8", start - 9, end - 9)}"`).length,
      ];
    });
}

function score(type, wanted, found, what) {
  add(type, wanted & found, wanted & ~found & 1, ~wanted & found & 1, what);
}

function add(type, hits, missed, wrong, what) {
  const total = totals.get(type) ?? { hits: 0, missed: 0, wrong: 0 };
  total.hits += hits;
  total.missed += missed;
  total.wrong += wrong;
  totals.set(type, total);
  if (values.show !== undefined && type.startsWith(values.show) && missed + wrong > 0) {
    console.log(`${missed > 0 ? "missed" : "wrong "} ${JSON.stringify(what).slice(0, 230)}`);
  }
}

function report() {
  console.log("| type | found | missed | wrong | recall | precision |\n|---|---|---|---|---|---|");
  for (const [type, { hits, missed, wrong }] of [...totals].sort(([a], [b]) => a.localeCompare(b))) {
    const recall = (hits / (hits + missed)).toFixed(3);
    const precision = (hits / (hits + wrong)).toFixed(3);
    console.log(`| ${type} | ${hits} | ${missed} | ${wrong} | ${recall} | ${precision} |`);
  }
}
