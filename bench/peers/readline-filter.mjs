#!/usr/bin/env node
// readline + JSON.parse, line by line: errors that took more than 200 ms.
import { once } from "node:events";
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const { level, latency_ms } = JSON.parse(line);
  if (level !== "error" || !(latency_ms > 200)) continue;
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
}
