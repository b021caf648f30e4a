/** Where the checkpoint is that nobody has named. See docs/decisions/0067-words-beside-sinks.md. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { failure, reasonOf } from "../../base/errors/index.js";
import { makePrivateDirectories } from "../../base/private-files/modes.js";
import { replaceFile } from "../../base/private-files/replacement.js";
import type { Host } from "../../pipeline/contract/host.js";
import type { SourceContext } from "../../pipeline/contract/stage.js";
import { fingerprint } from "../identity/file-identity.js";
import { checkpointDirectory, defaultCheckpoint } from "./checkpoint.js";
import { lockCheckpoint } from "./checkpoint-lock.js";

/**
 * Its path: of a node of a graph by pipeline and node, else by the inputs and what keeps the positions. What there is
 * under an older name is copied there first. Undefined: nothing keeps them. Throws checkpoint.locked while another
 * process has the older one, output.unwritable.
 */
export async function hiddenCheckpoint(
  inputs: readonly string[],
  { table, keptAs }: SourceContext,
  host: Host,
): Promise<string | undefined> {
  if (table === undefined) return undefined;
  if (keptAs === undefined) return defaultCheckpoint(inputs, table, host);
  const [path, ...others] = keptAs.names.map((name) => nodeCheckpoint(name, host)) as [string, ...string[]];
  if (existsSync(path)) return path;
  const older = [table, ...keptAs.tables].map((one) => defaultCheckpoint(inputs, one, host));
  const before = [...others, ...older].find((one) => existsSync(one));
  if (before !== undefined) await copy(before, path, host);
  return path;
}

function nodeCheckpoint(name: string, host: Host): string {
  return join(checkpointDirectory(host), `${fingerprint(Buffer.from(JSON.stringify({ node: name })))}.json`);
}

/** A copy has the id of the original: a table that knows the one goes on with the other. */
async function copy(from: string, to: string, host: Host): Promise<void> {
  const lock = await lockCheckpoint(from, (text) => host.log("info", text), host.signal);
  try {
    makePrivateDirectories(dirname(to));
    await replaceFile(to, await readFile(from));
  } catch (error) {
    throw failure("output.unwritable", { path: to, reason: reasonOf(error) }, error);
  } finally {
    await lock.release();
  }
}
