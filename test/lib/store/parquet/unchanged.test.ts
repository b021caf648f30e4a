/** Files that were touched since the log took them in are read only when their checksum holds. */
import {
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { readSnapshot } from "../../../../src/lib/store/delta/snapshot.js";
import { checkFilesUnchanged } from "../../../../src/lib/store/parquet/unchanged.js";
import { makeTable, parquetFiles } from "../inspect/support.js";

const check = async (table: string) =>
  checkFilesUnchanged(diskFiles, table, (await readSnapshot(table)).files);

test("a changed, cut, longer or replaced file is refused; an untouched copy of it is not", async () => {
  const table = await makeTable(2);
  await check(table);
  const [path, , other] = parquetFiles(table);
  const whole = readFileSync(path!);
  const damages = [
    () => writeFileSync(path!, whole.with(whole.length >> 1, whole[whole.length >> 1]! ^ 8)),
    () => truncateSync(path!, whole.length - 1),
    () => writeFileSync(path!, Buffer.concat([whole, Buffer.from([0])])),
    () => copyFileSync(other!, path!),
  ];
  for (const damage of damages) {
    damage();
    await expect(check(table)).rejects.toMatchObject({ code: "store.file-unreadable" });
    // As after a restore that did not keep times.
    writeFileSync(path!, whole);
    await check(table);
  }
  expect(existsSync(join(table, "_index"))).toBe(false);
});

test("a file that is gone, and one whose time is older, are left to who reads them", async () => {
  const table = await makeTable(1);
  const [gone, old] = parquetFiles(table);
  rmSync(gone!);
  utimesSync(old!, 1, 1);
  await check(table);
});
