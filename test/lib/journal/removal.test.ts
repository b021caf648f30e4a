/** A run that dies while it removes segments has lost nothing, and the next one says so. */
import { expect, test } from "vitest";
import { diskFiles, type Files } from "../../../src/lib/base/files.js";
import { afterDeath, append, drain, openJournal, temporaryDirectory } from "./support.js";

/** The directory as a death before each removal of a file would leave it, and after the last. */
function watching(directory: string, deaths: string[]): Files {
  const remove = async (path: string) => {
    if (/\.(ndjson|commits)$|acknowledged$/.test(path)) deaths.push(afterDeath(directory));
    await diskFiles.remove(path);
  };
  return { ...diskFiles, remove };
}

test.each(["its own", "of a run before"])("segments %s", async (whose) => {
  const first = temporaryDirectory();
  const writing = await openJournal(first, { segmentBytes: 40 });
  await append(writing, [1, 2, 3, 4, 5, 6, 7, 8]);
  const directory = whose === "its own" ? first : afterDeath(first);
  if (whose === "its own") await writing.close();
  const deaths: string[] = [];
  const files = watching(directory, deaths);
  const journal = await openJournal(directory, { segmentBytes: 40, files });
  if (whose === "its own") await append(journal, [9, 10, 11, 12, 13, 14, 15, 16]);
  await journal.finish();
  for (const name of ["a", "b"]) await drain(journal.reader(name));
  await journal.close();
  deaths.push(afterDeath(directory));
  expect(deaths.length).toBeGreaterThan(6);
  for (const death of deaths) {
    const warnings: string[] = [];
    const again = await openJournal(death, { onWarning: (text) => void warnings.push(text) });
    expect(again.stats().losses).toMatchObject({ damagedEvents: 0, lostEvents: 0, damagedBytes: 0 });
    expect(warnings).toEqual([]);
    await again.close();
  }
});
