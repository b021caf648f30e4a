/**
 * Consent to a project's settings file: a record named after the file's path and content, so that a changed file asks
 * again. As direnv's `allow`.
 */
import { createHash } from "node:crypto";
import { closeSync, constants, lstatSync, openSync, realpathSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { failure, reasonOf } from "../../base/errors/index.js";
import { type Environment, trustedOwners } from "../../base/local/owner.js";
import { makePrivateDirectories } from "../../base/private-files/modes.js";

/** Whether the user has said that this content of the file at `path` may set everything. */
export function hasConsent(path: string, bytes: Uint8Array, env: Environment): boolean {
  const record = recordOf(path, bytes, env);
  if (record === undefined) return false;
  const owners = trustedOwners(env);
  // A record that others could have made or put there says nothing.
  return [record, dirname(record)].every((place) => {
    try {
      const { uid, mode } = lstatSync(place);
      return owners === undefined || (owners.has(uid) && (mode & 0o022) === 0);
    } catch {
      return false;
    }
  });
}

/** Records the consent, durable enough for a file that can be made again. Throws output.unwritable. */
export function giveConsent(path: string, bytes: Uint8Array, env: Environment): void {
  const record = recordOf(path, bytes, env);
  if (record === undefined) {
    const reason = "there is no place to keep it: HOME and XDG_STATE_HOME are not set to absolute paths";
    throw failure("output.unwritable", { path: `the consent to ${path}`, reason });
  }
  try {
    makePrivateDirectories(dirname(record));
    rmSync(record, { force: true });
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const descriptor = openSync(record, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      writeSync(descriptor, `${path}\n`);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw failure("output.unwritable", { path: record, reason: reasonOf(error) }, error);
  }
  if (!hasConsent(path, bytes, env)) {
    const reason = "the directory belongs to another user, or others can write to it";
    throw failure("output.unwritable", { path: record, reason });
  }
}

/** Takes the consent to this content back. False: there was none. */
export function withdrawConsent(path: string, bytes: Uint8Array, env: Environment): boolean {
  const hadConsent = hasConsent(path, bytes, env);
  const record = recordOf(path, bytes, env);
  if (record !== undefined) rmSync(record, { force: true });
  return hadConsent;
}

/** Undefined: there is no state directory. One relative to where the command runs could be the project's own. */
function recordOf(path: string, bytes: Uint8Array, env: Environment): string | undefined {
  const { XDG_STATE_HOME: state, HOME: home } = env;
  const directory =
    state && isAbsolute(state) ? state : home && isAbsolute(home) ? join(home, ".local", "state") : undefined;
  if (directory === undefined) return undefined;
  const place = join(realpathSync(dirname(path)), basename(path));
  const name = createHash("sha256").update(`${place}\0`).update(bytes).digest("hex");
  return join(directory, "logpipe", "trusted", name);
}
