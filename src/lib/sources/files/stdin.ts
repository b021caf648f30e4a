import type { Host } from "../../pipeline/contract/host.js";
import type { Source } from "../../pipeline/contract/source.js";
import { openFiles } from "./files.js";
import type { SourceOptions } from "./options.js";

/**
 * Standard input: a pipe, a file, a terminal or a device. Lines that have come are handed over within about 5 ms of a
 * pause (50 ms of a trickle); an unfinished last line waits for its newline or the end. Compressed input is decoded.
 */
export function openStdin(options: SourceOptions, host: Host): Source {
  return openFiles(["-"], options, host);
}
