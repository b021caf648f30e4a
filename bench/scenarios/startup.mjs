// What it costs to say `--version`.
import { logpipe } from "../lib/paths.mjs";

export function startup() {
  return [
    {
      title: "start-up",
      rounds: 20,
      contenders: [
        { name: "logpipe --version", command: `${logpipe} --version` },
        { name: "node -e 0", command: "node -e 0" },
      ],
    },
  ];
}
