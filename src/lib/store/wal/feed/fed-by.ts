/**
 * Which journal has fed a table: a position `fed-by:READER` in the table's log, whose print is `ID DIRECTORY`. It stays
 * when nothing waits for the table any more, so that a journal that is gone can be told of: what waited in it for other
 * sinks went with it, and the sources go on where the table is.
 */
import type { Files } from "../../../base/files.js";
import type { Position } from "../../../event/position.js";
import type { FeedPlace } from "../../../pipeline/contract/feed.js";
import { holdsJournal, listLinks } from "./link.js";

/** Of the name of such a position. */
export const FED_BY_PREFIX = "fed-by:";

export function fedByPosition({ reader, journal: { id, directory } }: FeedPlace): Position {
  return {
    source: `${FED_BY_PREFIX}${encodeURIComponent(reader)}`,
    offset: 0,
    print: `${id}-${encodeURIComponent(directory)}`,
  };
}

/**
 * Why the journal of a run before is not there any more; undefined: it is, or this is the first. `positions`: of the
 * table.
 */
export async function goneJournal(
  files: Files,
  tableDirectory: string,
  positions: ReadonlyMap<string, Position>,
  feed: FeedPlace,
): Promise<string | undefined> {
  const { reader, journal } = feed;
  const { source } = fedByPosition(feed);
  const [, id, path] = /^([^-]+)-(.*)$/.exec(positions.get(source)?.print ?? "") ?? [];
  if (id !== undefined && path !== undefined && id !== journal.id) {
    const directory = decodeURIComponent(path);
    if (!(await holdsJournal(directory, id))) return `the journal in ${directory} that fed it is gone`;
  }
  // Killed before the first events were stored, the table has a link alone.
  const links = await listLinks(files, tableDirectory);
  const dead = links.find(
    ({ name, reader: other, directory, isElsewhere }) =>
      other === reader && directory === undefined && isElsewhere !== true && !name.includes(journal.id),
  );
  return dead?.fault;
}
