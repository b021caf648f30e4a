#!/usr/bin/env node
// The script most people write: readline, a regular expression, JSON.stringify. stdin: nginx combined; stdout: NDJSON.
import { once } from "node:events";
import { createInterface } from "node:readline";

const pattern =
  /^(?<client_ip>\S+) \S+ (?<user>\S+) \[(?<time>[^\]]+)\] "(?<method>\S+) (?<path>\S+) (?<protocol>[^"]+)" (?<status>\d{3}) (?<bytes>\d+|-) "(?<referer>[^"]*)" "(?<user_agent>[^"]*)"$/;

for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const match = pattern.exec(line);
  if (match === null) continue;
  const { time, ...fields } = match.groups;
  const event = { timestamp: new Date(time.replace(":", " ")).toISOString().replace(".000", "") };
  for (const [name, value] of Object.entries(fields)) {
    if (value !== "-") event[name] = name === "status" || name === "bytes" ? Number(value) : value;
  }
  if (!process.stdout.write(`${JSON.stringify(event)}\n`)) await once(process.stdout, "drain");
}
