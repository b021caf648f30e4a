/** Whether a second run of a pipeline would store once more what this one has stored, and what it says of that. */
import { fstatSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { isGlob } from "../../../sources/files/glob.js";
import type { Host } from "../../contract/host.js";
import type { Pipeline } from "../../contract/pipeline.js";

/** Undefined where nothing comes again: what comes through a pipe is gone once it was read. */
export function noticeOfAgain({ source: step, files }: Pipeline, host: Host): string | undefined {
  const paths = step === undefined ? files : step.given.operands;
  if (step?.given.options["table"] !== undefined) return AGAIN;
  if (paths.some((path) => path !== "-" && (isGlob(path) || isFile(() => statSync(resolve(host.cwd, path))))))
    return AGAIN;
  const readsStdin = paths.length === 0 || paths.includes("-");
  return readsStdin && isFile(() => fstatSync(host.standard.stdin)) ? AGAIN_OF_STDIN : undefined;
}

const AGAIN =
  "nothing remembers how far this was read: a second run stores it once more; `ingest --checkpoint FILE` counts every line once";

const AGAIN_OF_STDIN =
  "standard input is a file, and nothing remembers how far it was read: a second run stores it once more; " +
  "`logpipe run 'ingest --checkpoint CHECKPOINT FILE | parse | sink STORE'` counts every line once";

/** A regular file that has something in it and a name: what a shell makes of a here-document has none. */
function isFile(stats: () => Stats): boolean {
  try {
    const found = stats();
    return found.isFile() && found.size > 0 && found.nlink > 0;
  } catch {
    return false;
  }
}
