/** How to make a plain file of a packed one that cannot be read, beside it. */
import { existsSync } from "node:fs";
import { unpackedName } from "../identity/siblings.js";
import { quotedForShell } from "./shell.js";

/**
 * The command that leaves the content of `path` beside it, where it is recognised as what was read of the log before;
 * undefined where that would write over a file. `command`: what prints it, with FILE for the path. A pipe from that
 * would store again what was read.
 */
export function unpackBeside(path: string, command: string): string | undefined {
  const plain = unpackedName(path);
  const target = plain ?? `${path}.unpacked`;
  if (existsSync(target)) return undefined;
  const file = quotedForShell(path);
  // These take the ending off themselves, and keep the time. lz4 does not where it is in no terminal.
  const packer = /^(bzip2|gzip|lzip|lzop|xz|zstd) -dc( .+)? FILE$/.exec(command);
  if (plain !== undefined && packer !== null) return `${packer[1]} -d${packer[2] ?? ""} ${file}`;
  return `${command.replace("FILE", () => file)} > ${quotedForShell(target)}`;
}
