/**
 * Whose files are believed: those of the user and of root, as git does (safe.directory, CVE-2022-24765). Under sudo the
 * files of who called it count, too.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { geteuid } from "node:process";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined where files have no owners. */
export function trustedOwners(env: Environment): ReadonlySet<number> | undefined {
  const own = geteuid?.();
  if (own === undefined) return undefined;
  const caller = own === 0 ? /^\d{1,10}$/.exec(env["SUDO_UID"] ?? "")?.[0] : undefined;
  return new Set([own, 0, ...(caller === undefined ? [] : [Number(caller)])]);
}

/** What a file of settings holds, or why it is not read. */
export type OwnFile = { readonly bytes: Buffer } | { readonly ignored: string };

/**
 * Reads a file that only the user or root can have put there and written. What is looked at and what is read are the
 * same open file, so that it cannot be changed for another between the two. Throws the system's error for one that
 * cannot be read.
 */
export function readOwnFile(path: string, env: Environment): OwnFile {
  const owners = trustedOwners(env);
  const outside = owners && (whyNotOurs(lstatSync(path), owners) ?? whyOpenPlace(dirname(path), owners));
  if (outside !== undefined) return { ignored: outside };
  // Not blocking: a named pipe without a writer would be waited for.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const facts = fstatSync(descriptor);
    const inside =
      owners && (whyNotOurs(facts, owners) ?? (isOpenToAll(facts) ? "anyone can write to it" : undefined));
    if (inside !== undefined) return { ignored: inside };
    if (!facts.isFile() && !facts.isDirectory()) return { ignored: "it is no regular file" };
    return { bytes: readFileSync(descriptor) };
  } finally {
    closeSync(descriptor);
  }
}

function whyNotOurs({ uid }: Stats, owners: ReadonlySet<number>): string | undefined {
  return owners.has(uid) ? undefined : `it belongs to another user (uid ${uid})`;
}

/**
 * Who owns a directory can put anything into it, and so can everybody where it is open to all and not sticky (as /tmp
 * is).
 */
function whyOpenPlace(directory: string, owners: ReadonlySet<number>): string | undefined {
  const facts = statSync(directory);
  if (!owners.has(facts.uid)) return `its directory belongs to another user (uid ${facts.uid})`;
  const isSticky = (facts.mode & 0o1000) !== 0;
  return isOpenToAll(facts) && !isSticky ? "anyone can write to its directory" : undefined;
}

function isOpenToAll({ mode }: Stats): boolean {
  return (mode & 0o002) !== 0;
}
