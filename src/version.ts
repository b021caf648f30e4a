import { existsSync, readFileSync } from "node:fs";
import { assert } from "./lib/base/assert.js";
import { command } from "./lib/pipeline/contract/stage.js";

/** The version in package.json, beside which dist/ lies; this file is in dist/ or, bundled, in a folder of it. */
export function version(): string {
  const places = ["../package.json", "../../package.json"].map((path) => new URL(path, import.meta.url));
  const found = places.find((place) => existsSync(place));
  assert(found !== undefined, "package.json is not beside dist/");
  return (JSON.parse(readFileSync(found, "utf8")) as { version: string }).version;
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
