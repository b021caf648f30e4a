import type { Files } from "../../../src/lib/base/files.js";
import type { Rows } from "../events.js";

/** Something that changes a table and may be killed at any point of it. */
export interface Operation {
  readonly name: string;
  /** Makes the table that the operation finds and tells what was promised for it. Done once; every run gets a copy. */
  prepare(table: string): Promise<readonly string[]>;
  /**
   * Does it. `say` tells what the caller may rely on from then on. Done again after a crash, it must come to its end.
   */
  run(table: string, files: Files, say: (fact: string) => void): Promise<void>;
  /** What is wrong with the rows after this was said; with `isDone` after a run came to its end. */
  faults(rows: Rows, said: readonly string[], isDone: boolean): readonly string[];
  /** What should not be on the disk any more after a run came to its end. */
  leftovers?(table: string): Promise<readonly string[]>;
}
