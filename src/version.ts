import { readFileSync } from "node:fs";
import { command } from "./lib/stage/stage.js";

/** The version in package.json, beside which dist/ lies. */
export function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** `logpipe version`, and `--version` beside other flags. bin/logpipe answers `--version` alone. */
export default command({
  name: "version",
  summary: "print the version",
  details: "",
  operands: [],
  options: {},
  examples: [],
  async run(_given, terminal) {
    await terminal.stdout.write(`logpipe ${version()}\n`);
    return 0;
  },
});
