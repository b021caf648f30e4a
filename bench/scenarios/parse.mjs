// nginx combined lines to NDJSON.
import { input } from "../lib/inputs.mjs";
import { logpipe, peer } from "../lib/paths.mjs";

export function parse({ scale }) {
  const { path, bytes, events } = input("nginx", 1_000_000 * scale);
  const from = `< ${path}`;
  return [
    {
      title: "nginx combined to NDJSON",
      bytes,
      events,
      contenders: [
        { name: "logpipe parse -f combined", command: `${logpipe} parse -f combined ${from}`, prints: true },
        { name: "logpipe parse (format detected)", command: `${logpipe} parse ${from}`, prints: true },
        { name: "one-thread block parser", command: `${peer("block-parser")} ${from}`, prints: true },
        {
          name: "readline + RegExp + JSON.stringify",
          command: `${peer("readline-parse")} ${from}`,
          prints: true,
        },
      ],
    },
  ];
}
