// NDJSON in, the pattern of every message found.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { input } from "../lib/inputs.mjs";
import { logpipe, root } from "../lib/paths.mjs";

export function patterns({ scale }) {
  const { path, bytes, events } = input("app", 1_000_000 * scale);
  const few = input("app", 100_000 * scale);
  const drain = `python3 ${join(root, "bench/peers/drain3-pass.py")}`;
  const hasDrain = spawnSync("python3", ["-c", "import drain3"], { stdio: "ignore" }).status === 0;
  return [
    {
      title: "NDJSON, patterns of all messages",
      bytes,
      events,
      contenders: [
        { name: "logpipe patterns", command: `${logpipe} patterns < ${path}` },
        { name: "logpipe patterns --annotate", command: `${logpipe} patterns --annotate < ${path}` },
        {
          name: "logpipe patterns --annotate --variables",
          command: `${logpipe} patterns --annotate --variables < ${path}`,
        },
      ],
      isWarm: true,
    },
    {
      title: "NDJSON, each event passes with its pattern found (a tenth of the events)",
      bytes: few.bytes,
      events: few.events,
      contenders: [
        {
          name: "logpipe patterns --annotate",
          command: `${logpipe} patterns --annotate < ${few.path}`,
          prints: true,
        },
        {
          name: "Drain3 in Python, defaults",
          command: `${drain} < ${few.path}`,
          prints: true,
          ...(hasDrain ? {} : { skip: "the Python package drain3 is not installed" }),
        },
      ],
    },
  ];
}
