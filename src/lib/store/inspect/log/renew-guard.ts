/** Copies of commits and the note of the newest version, made again from a log that can be read. */
import { removeCopy, writeCopy } from "../../delta/guard/copies.js";
import { COPIES_DIRECTORY, NEWEST_NAME, writeNewest } from "../../delta/guard/newest.js";
import { commitPath } from "../../delta/listing.js";
import { TableLog } from "../../delta/snapshot.js";
import { LocalStorage } from "../../storage/local.js";
import type { Repair } from "../repair-step.js";
import { guardPath } from "./guard.js";
import type { LogHealth } from "./log-health.js";

export async function renewGuard(repair: Repair, { guard }: LogHealth): Promise<void> {
  const { files, directory, step } = repair;
  await files.makeDirectory(`${directory}/${COPIES_DIRECTORY}`);
  for (const fault of guard) {
    const path = guardPath(fault);
    const { name, version } = fault;
    if (name === NEWEST_NAME)
      await step({ path, what: "note the newest version again", rows: 0 }, () => noteNewest(repair));
    else if (version === undefined)
      await step({ path, what: "remove a copy that is of no use any more", rows: 0 }, () =>
        removeCopy(new LocalStorage(directory, files), Number(name.slice(0, 20))),
      );
    else
      await step({ path, what: `copy the commit of version ${version} again`, rows: 0 }, async () => {
        const bytes = await files.read(commitPath(directory, version));
        if (bytes !== undefined) await writeCopy(new LocalStorage(directory, files), version, bytes);
      });
  }
}

async function noteNewest({ files, directory }: Repair): Promise<void> {
  const { version, commit } = await new TableLog(directory, files).refresh();
  if (commit !== undefined) await writeNewest(new LocalStorage(directory, files), { version, ...commit });
}
