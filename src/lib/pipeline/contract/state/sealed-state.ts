/**
 * The seal of a saved state: a line with the CRC-32C of all that follows, `logpipe-state 1 CRC LF`, eight hex digits.
 */
import { crc32cOf } from "../../../event/scan.js";

/** In a table's directory: `_state/<id of the source>/<number>.state`. */
export const STATE_DIRECTORY = "_state";
/** Of the position that says which number belongs to the others: `state:<id of the source>`. */
export const STATE_PREFIX = "state:";
/**
 * The same in a table that a journal feeds: `elsewhere:<id of the source>`. The state is in the journal, and the table
 * has no file of it.
 */
export const ELSEWHERE_PREFIX = "elsewhere:";

const VERSION = 1;
const MAGIC = "logpipe-state";

export function stateFileName(number: number): string {
  return `${number}.state`;
}

export function sealed(parts: readonly Buffer[]): Buffer[] {
  const crc = crc32cOf(Buffer.concat(parts));
  return [Buffer.from(`${MAGIC} ${VERSION} ${crc.toString(16).padStart(8, "0")}\n`), ...parts];
}

/** What is behind the seal. Throws an Error that says in a few words what is wrong with the bytes. */
export function unsealed(bytes: Buffer): Buffer {
  const first = bytes.subarray(0, 64).toString("latin1").split("\n", 1)[0]!;
  const [, version, crc] = new RegExp(`^${MAGIC} (\\d+) ([0-9a-f]{8})$`).exec(first) ?? [];
  if (version === undefined || crc === undefined) throw new Error("it is no saved state");
  if (Number(version) !== VERSION)
    throw new Error(`its version is ${version}, this logpipe knows ${VERSION}`);
  const rest = bytes.subarray(first.length + 1);
  if (crc32cOf(rest) !== Number.parseInt(crc, 16)) throw new Error("it is cut off or damaged");
  return rest;
}
