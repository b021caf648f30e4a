/** Reading the directory of cases. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a suite asks the directory for. A file that is missing makes a suite that has no cases, which is reported. */
export class Data {
  constructor(directory) {
    this.directory = directory;
  }

  jsonLines(name) {
    const text = this.text(name);
    if (text === undefined) return [];
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  text(name) {
    return this.bytes(name)?.toString();
  }

  bytes(name) {
    const path = join(this.directory, name);
    return existsSync(path) ? readFileSync(path) : undefined;
  }

  path(name) {
    return join(this.directory, name);
  }

  /** Names in a folder, sorted; none when there is no such folder. */
  names(folder) {
    const path = join(this.directory, folder);
    return existsSync(path) ? readdirSync(path).sort() : [];
  }
}

/** Text of a case, which may be bytes that are not UTF-8. */
export const bytesOf = (input) =>
  typeof input === "object" ? Buffer.from(input.$b64, "base64") : Buffer.from(input);
