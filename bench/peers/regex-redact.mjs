#!/usr/bin/env node
// readline + a few regular expressions for each line, as many loggers redact: no checksums, no fields, no keys of
// services.
import { once } from "node:events";
import { createInterface } from "node:readline";

const patterns = [
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g, "[EMAIL]"],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, "[IP]"],
  [/\b(?:\d[ -]?){13,16}\b/g, "[CARD]"],
  [/\b\d{3}-\d\d-\d{4}\b/g, "[SSN]"],
  [/\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g, "[JWT]"],
  [/\bAKIA[A-Z2-7]{16}\b/g, "[AWS_KEY]"],
  [/("(?:password|token|secret|api_key)":)"[^"]*"/g, '$1"[REDACTED]"'],
];

for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  let out = line;
  for (const [pattern, label] of patterns) out = out.replace(pattern, label);
  if (!process.stdout.write(`${out}\n`)) await once(process.stdout, "drain");
}
