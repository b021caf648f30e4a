// Enter here: how readers of a table find what a journal has for it.
/**
 * How readers of a table find the events that a journal has for it and that are not in Parquet yet: a file
 * `_wal/READER.ID.journal` in the table, which names the journal and the reader, and a file `tables/READER.json` in the
 * journal, which names the table. Only where the two name each other are the journal's segments part of the table: a
 * link alone opens no directory to anybody, and neither the copy of a table nor that of a journal takes part in the
 * other's life. See docs/decisions/0063-tables-fed-by-a-journal.md.
 */
import { createHash } from "node:crypto";
import { promises as fs } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { reasonOf } from "../../../base/errors/index.js";
import { type Files, isSystemError, makeDurableDirectory } from "../../../base/files.js";
import { writeNew } from "../../../base/process/lease.js";
import type { FeedPlace } from "../../../pipeline/contract/feed.js";
import { WAL_DIRECTORY } from "../segment.js";

const ENDING = ".journal";
/** In a journal. */
const TABLES = "tables";
const VERSION = 1;
/** What is longer was not written by us. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The link of a table to a journal. */
export interface FoundLink {
  /** Of its file, in the table's `_wal`. */
  readonly name: string;
  readonly reader: string;
  /** See `FeedPlace.from`. */
  readonly from: number;
  /** The journal's `_wal`; undefined: `fault` says why it is not to be read. */
  readonly directory: string | undefined;
  readonly fault?: string;
  /** The journal is there, and feeds another table: nothing of it can come into this one any more. */
  readonly isElsewhere?: true;
}

export function isLinkName(name: string): boolean {
  return name.endsWith(ENDING);
}

/**
 * Whose a journal's segments are in the table's log: the transactions `wal:ID` say how far they are stored. One for
 * each writer of the journal and reader, since two readers may feed one table, each as fast as it can.
 */
export function feedWriter(writer: string, reader: string): string {
  const hex = createHash("sha256").update(`${writer}\n${reader}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

/**
 * Durable once it resolves: what the journal takes for the reader from then on is seen in the table. `tableId`:
 * `metaData.id`; a table has none before its first commit.
 */
export async function linkJournal(
  files: Files,
  tableDirectory: string,
  feed: FeedPlace,
  tableId?: string,
): Promise<void> {
  const { journal, reader } = feed;
  const [table, directory] = [resolve(tableDirectory), resolve(journal.directory)];
  const consent = join(directory, TABLES, `${encoded(reader)}.json`);
  const before = await tableBefore(consent, directory, table, feed);
  // In this order: a link to a journal that does not know of it is a fault.
  await replace(files, join(directory, TABLES), `${encoded(reader)}.json`, {
    ...{ version: VERSION, reader, from: feed.from ?? 0, table, near: relative(directory, table) },
    ...(tableId === undefined ? {} : { id: tableId }),
  });
  await replace(files, join(table, WAL_DIRECTORY), linkName(feed), {
    ...{ version: VERSION, journal: directory, near: relative(table, directory), id: journal.id, reader },
  });
  // The table that the reader fed before gets nothing any more.
  if (before !== undefined) await files.remove(join(before, WAL_DIRECTORY, linkName(feed))).catch(() => {});
}

/**
 * The other table that the reader fed before. Not the one that a journal of which this is a copy feeds: that has a link
 * to its own.
 */
async function tableBefore(
  consent: string,
  directory: string,
  table: string,
  feed: FeedPlace,
): Promise<string | undefined> {
  const before = decode(await readSmall(consent).catch(undefinedWhereMissing))?.table;
  if (typeof before !== "string" || before === table) return undefined;
  const link = await follow(before, linkName(feed));
  const isOurs =
    link?.directory !== undefined &&
    (await realPath(dirname(link.directory))) === (await realPath(directory));
  return isOurs && (await realPath(before)) !== (await realPath(table)) ? before : undefined;
}

/** The `metaData.id` of the table that the reader has fed; undefined: it has stored nothing yet. */
export async function fedTableId({ journal, reader }: FeedPlace): Promise<string | undefined> {
  const path = consentPath(journal.directory, reader);
  const id = decode(await readSmall(path).catch(undefinedWhereMissing))?.id;
  return typeof id === "string" ? id : undefined;
}

/** Whether the directory has the journal of this `id`, and not another or none. */
export async function holdsJournal(directory: string, id: string): Promise<boolean> {
  return (await idOf(directory).catch(undefinedWhereMissing)) === id;
}

/** Only when the journal has nothing for the table, and gets nothing. */
export async function unlinkJournal(files: Files, tableDirectory: string, feed: FeedPlace): Promise<void> {
  await files.remove(join(tableDirectory, WAL_DIRECTORY, linkName(feed))).catch((error) => {
    if (!isSystemError(error, "ENOENT")) throw error;
  });
}

/** The table that a reader of the journal feeds, where the two name each other. */
export async function tableFedBy(directory: string, id: string, reader: string): Promise<string | undefined> {
  const consent = decode(await readSmall(consentPath(directory, reader)).catch(undefinedWhereMissing));
  const own = await realPath(directory);
  for (const named of [consent?.table, consent?.near]) {
    if (typeof named !== "string") continue;
    const table = resolve(directory, named);
    const link = await follow(table, linkName({ reader, journal: { directory, id } }));
    if (link?.directory !== undefined && (await realPath(dirname(link.directory))) === own) return table;
  }
  return undefined;
}

/** The reader is none any more: nothing of the journal is part of the table that it fed. */
export async function forgetTable(
  files: Files,
  directory: string,
  id: string,
  reader: string,
): Promise<void> {
  const table = await tableFedBy(directory, id, reader);
  if (table !== undefined) await unlinkJournal(files, table, { reader, journal: { directory, id } });
  await files.remove(consentPath(directory, reader)).catch((error) => {
    if (!isSystemError(error, "ENOENT")) throw error;
  });
}

/** The journals that feed the table, and links that lead nowhere. */
export async function linksOf(
  tableDirectory: string,
  names: readonly string[],
): Promise<readonly FoundLink[]> {
  const links: FoundLink[] = [];
  for (const name of names.filter(isLinkName)) {
    const link = await follow(tableDirectory, name);
    if (link !== undefined) links.push(link);
  }
  return links;
}

/** The same, where nobody has listed the table's `_wal` yet. */
export async function listLinks(files: Files, tableDirectory: string): Promise<readonly FoundLink[]> {
  return linksOf(tableDirectory, await files.list(join(tableDirectory, WAL_DIRECTORY)));
}

/** Undefined: it was removed meanwhile. */
async function follow(tableDirectory: string, name: string): Promise<FoundLink | undefined> {
  const path = join(tableDirectory, WAL_DIRECTORY, name);
  try {
    const facts = await fs.lstat(path);
    const link = facts.isFile() ? decode(await readSmall(path)) : undefined;
    if (!isLink(link)) return broken(name, "", "the link to a journal is not what was written");
    const { reader } = link;
    const places = new Set([resolve(tableDirectory, link.near), resolve(link.journal)]);
    let fault: FoundLink | undefined;
    for (const directory of places) {
      const found = await lookAt(directory, tableDirectory, name, link);
      if (found.directory !== undefined) return found;
      if (fault?.isElsewhere !== true) fault = found;
    }
    return fault ?? broken(name, reader, "the link to a journal names none");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    return broken(name, "", `cannot be read: ${reasonOf(error)}`);
  }
}

async function lookAt(
  directory: string,
  tableDirectory: string,
  name: string,
  { id, reader }: Link,
): Promise<FoundLink> {
  try {
    if ((await idOf(directory)) !== id)
      return broken(name, reader, `the journal in ${directory} is another one by now`);
    const consent = decode(
      await readSmall(join(directory, TABLES, `${encoded(reader)}.json`)).catch(undefinedWhereMissing),
    );
    const table = await fs.realpath(tableDirectory);
    const named = [consent?.table, consent?.near].filter((one) => typeof one === "string");
    for (const one of named)
      if ((await realPath(resolve(directory, one))) === table)
        return { name, reader, from: Number(consent?.from ?? 0), directory: join(directory, WAL_DIRECTORY) };
    const [feeds = "none"] = named;
    const what = `is the link of another table: reader ${reader} of the journal in ${directory} feeds ${feeds}; what was not in Parquet when this copy was made is not here`;
    return { ...broken(name, reader, what), isElsewhere: true };
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "ENOTDIR"))
      return broken(name, reader, `the journal in ${directory} cannot be read: ${reasonOf(error)}`);
    return broken(name, reader, `leads to the journal in ${directory}, which is gone`);
  }
}

/** Of a journal: there are two copies of what says so. */
async function idOf(directory: string): Promise<unknown> {
  const first = await readSmall(join(directory, "journal.json")).catch(undefinedWhereMissing);
  const id = decode(first)?.id;
  if (id !== undefined) return id;
  const second = readSmall(join(directory, "journal.copy.json"));
  return decode(await (first === undefined ? second : second.catch(undefinedWhereMissing)))?.id;
}

function broken(name: string, reader: string, fault: string): FoundLink {
  return { name, reader, from: 0, directory: undefined, fault };
}

interface Link {
  readonly version: number;
  readonly journal: string;
  /** From the table to the journal: where both were moved together, or are seen under another path. */
  readonly near: string;
  readonly id: string;
  readonly reader: string;
}

function isLink(link: Readonly<Record<string, unknown>> | undefined): link is Link & Record<string, unknown> {
  return (
    link?.version === VERSION &&
    [link.journal, link.near, link.id, link.reader].every((one) => typeof one === "string")
  );
}

function consentPath(directory: string, reader: string): string {
  return join(directory, TABLES, `${encoded(reader)}.json`);
}

function linkName({ reader, journal: { id } }: FeedPlace): string {
  return `${encoded(reader)}.${id}${ENDING}`;
}

/** A reader's name as one of a file. */
function encoded(reader: string): string {
  return encodeURIComponent(reader).replaceAll(".", "%2E");
}

async function readSmall(path: string): Promise<Buffer> {
  const handle = await fs.open(path, "r");
  try {
    const facts = await handle.stat();
    if (!facts.isFile() || facts.size > MOST_BYTES) return Buffer.alloc(0);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function decode(bytes: Buffer | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    // A journal has a checksum before it.
    const text = (bytes?.toString("utf8") ?? "").replace(/^[0-9a-f]{8} /, "");
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function realPath(path: string): Promise<string | undefined> {
  return fs.realpath(path).catch(undefinedWhereMissing);
}

function undefinedWhereMissing(error: unknown): undefined {
  if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
  throw error;
}

/** Writes the file, or one in its place, durably; nothing where it has this text. */
async function replace(files: Files, directory: string, name: string, value: object): Promise<void> {
  const path = join(directory, name);
  const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
  await makeDurableDirectory(files, directory);
  if ((await files.read(path))?.equals(bytes) === true) return;
  const draft = `${path}.tmp`;
  if ((await files.stat(draft)) !== undefined) await files.remove(draft);
  await writeNew(files, draft, bytes);
  await files.rename(draft, path);
  await files.syncDirectory(directory);
}
