/**
 * How a table reaches its tiers: `TABLE/_tiers/NAME` is a symbolic link to the tier's directory, so that paths in the
 * table's log stay relative and every engine on the machine finds the files. The directory holds a file that says whose
 * tier it is: a disk that is not mounted, and the tier of a table that this one is a copy of, are left alone.
 */
import { join } from "node:path";
import { failure } from "../../base/errors/index.js";
import { type Files, isSystemError, makeDurableDirectory } from "../../base/files.js";
import { TIERS_DIRECTORY } from "./rewrite/output-path.js";

const MARK = "logpipe-tier.json";

/** The table that a tier belongs to. */
export interface TierOwner {
  /** `metaData.id`. */
  readonly tableId: string;
  /** Absolute. */
  readonly tableDirectory: string;
}

/** What the file in the tier's directory says. */
type Mark = Partial<TierOwner & { readonly tier: string }>;

/** Plain, so that it is the same as a directory's name, in an `add.path` and on a command line. */
export function isTierName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,31}$/.test(name);
}

/** Names of the tiers that the table has a link to and that are there and its own. */
export async function tiersOf(files: Files, owner: TierOwner): Promise<string[]> {
  const names = [...(await files.list(join(owner.tableDirectory, TIERS_DIRECTORY)))].filter(isTierName);
  const own = await Promise.all(names.map((name) => isOwn(files, owner, name)));
  return names.filter((_, i) => own[i]).sort();
}

/** Whether the tier can be used: its disk is there, and it is this table's. */
export async function isOwn(files: Files, owner: TierOwner, name: string): Promise<boolean> {
  const path = join(owner.tableDirectory, TIERS_DIRECTORY, name, MARK);
  return isMarkOf(await files.read(path).catch(() => undefined), owner, name);
}

function isMarkOf(bytes: Buffer | undefined, owner: TierOwner, name: string): boolean {
  if (bytes === undefined) return false;
  try {
    const found = JSON.parse(bytes.toString("utf8")) as Mark;
    const isOfTable = found.tableId === owner.tableId && found.tableDirectory === owner.tableDirectory;
    return isOfTable && found.tier === name;
  } catch {
    return false;
  }
}

/**
 * Makes `path` the tier `name` of the table: the directory, the file that says whose it is, and the link. Throws
 * store.tier-refused when the directory is another table's or the link leads elsewhere. May be done again.
 */
export async function linkTier(files: Files, owner: TierOwner, name: string, path: string): Promise<void> {
  if (`${path}/`.startsWith(`${owner.tableDirectory}/`)) {
    const reason = "it is in the table's own directory";
    throw failure("store.tier-refused", {
      path,
      reason,
      help: "take a directory beside the store, or on another disk",
    });
  }
  await makeTierDirectory(files, path, owner.tableDirectory);
  const mark = join(path, MARK);
  const found = await files.read(mark);
  if (found === undefined) await writeMark(files, mark, path, { ...owner, tier: name });
  else if (!isMarkOf(found, owner, name)) throw await refusal(files, found, owner, path, mark);
  const links = join(owner.tableDirectory, TIERS_DIRECTORY);
  await makeDurableDirectory(files, links);
  const link = join(links, name);
  const target = await files.linkTarget(link);
  if (target === undefined) await files.makeLink(path, link);
  else if (target !== path) {
    const reason = `the table's tier "${name}" is ${target}`;
    throw failure("store.tier-refused", {
      path,
      reason,
      help: "take another name, or move the files there and change the link",
    });
  }
  await files.syncDirectory(links);
}

/** Lets in nobody whom the table does not. Throws store.tier-refused for one that is there and does. */
async function makeTierDirectory(files: Files, path: string, tableDirectory: string): Promise<void> {
  const found = await files.stat(path);
  const table = await files.stat(tableDirectory);
  const tooMuch = 0o077 & (found?.mode ?? 0) & ~(table?.mode ?? 0);
  if (tooMuch !== 0) {
    const reason = `its mode ${octal(found?.mode)} lets in others whom the table's, ${octal(table?.mode)}, does not`;
    throw failure("store.tier-refused", { path, reason, help: `chmod ${octal(table?.mode)} ${path}` });
  }
  if (found !== undefined) return;
  await makeDurableDirectory(files, path, "umask");
  await files.tighten?.(path, tableDirectory);
}

function octal(mode = 0): string {
  return mode.toString(8).padStart(4, "0");
}

async function refusal(files: Files, found: Buffer, owner: TierOwner, path: string, mark: string) {
  const other = JSON.parse(found.toString("utf8")) as Mark;
  const isMoved = other.tableId === owner.tableId;
  const isThere = (await files.stat(other.tableDirectory ?? "")) !== undefined;
  const reason = `it is the tier "${other.tier}" of the table ${other.tableDirectory}`;
  const help =
    isMoved && !isThere
      ? `if the table was moved from there, remove ${mark} and run the same command again`
      : "give each tier of each table a directory of its own";
  return failure("store.tier-refused", { path, reason, help });
}

async function writeMark(files: Files, mark: string, directory: string, content: Mark): Promise<void> {
  try {
    const file = await files.open(mark, "create");
    try {
      await file.write([Buffer.from(`${JSON.stringify(content)}\n`)], 0);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!isSystemError(error, "EEXIST")) throw error;
  }
  await files.syncDirectory(directory);
}
