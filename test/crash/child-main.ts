/**
 * The process that is killed: `child OPERATION TABLE [POINT as JSON]`. Says on stdout what the operation promises, a
 * line each, and with the word `calls` instead of a point every file call. Kills itself at the point with SIGKILL.
 */
import { writeSync } from "node:fs";
import { diskFiles } from "../../src/lib/base/files.js";
import { type Around, isAt, namedFiles, type Point } from "./calls.js";
import { operationOf } from "./operations/index.js";

const [operation = "", table = "", wanted = "none"] = process.argv.slice(2);

const die = (): Promise<never> => {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
};

const list: Around = (call, act) => {
  writeSync(1, `call ${JSON.stringify(call)}\n`);
  return act();
};

function killer(point: Point): Around {
  return async (call, act, half) => {
    if (!isAt(point, call)) return act();
    if (point.when === "half") await half!();
    if (point.when === "after") await act();
    return die();
  };
}

const around =
  wanted === "calls" ? list : wanted === "none" ? undefined : killer(JSON.parse(wanted) as Point);
const files = around === undefined ? diskFiles : namedFiles(diskFiles, table, around);
writeSync(1, "started\n");
await operationOf(operation).run(table, files, (fact) => writeSync(1, `said ${fact}\n`));
writeSync(1, "done\n");
