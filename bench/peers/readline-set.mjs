#!/usr/bin/env node
// readline + JSON.parse + JSON.stringify with one field set (env = prod), line by line.
import { once } from "node:events";
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const event = JSON.parse(line);
  event.env = "prod";
  if (!process.stdout.write(`${JSON.stringify(event)}\n`)) await once(process.stdout, "drain");
}
