/** States of stages beside the table that their output goes to: `TABLE/_state/<id>/<number>.state`. */
import { join } from "node:path";
import { type Files, makeDurableDirectory } from "../../../base/files.js";
import type { States } from "../../../pipeline/contract/sink.js";
import { STATE_DIRECTORY, stateFileName } from "../../../pipeline/contract/state/sealed-state.js";

export class StateFiles implements States {
  readonly #files: Files;
  readonly #directory: string;
  readonly #around: (write: () => Promise<void>) => Promise<void>;

  /** `around` runs what writes: it may try it again, and says what went wrong. */
  constructor(files: Files, tableDirectory: string, around: (write: () => Promise<void>) => Promise<void>) {
    this.#files = files;
    this.#around = around;
    this.#directory = join(tableDirectory, STATE_DIRECTORY);
  }

  pathOf(id: string, number: number): string {
    return join(this.#directory, id, stateFileName(number));
  }

  read(id: string, number: number): Promise<Buffer | undefined> {
    return this.#files.read(this.pathOf(id, number));
  }

  write(id: string, number: number, parts: readonly Uint8Array[]): Promise<void> {
    return this.#around(() => this.#write(id, number, parts));
  }

  /** Old ones that cannot be removed harm nobody, and go the next time. */
  async keepOnly(id: string, number: number): Promise<void> {
    const directory = join(this.#directory, id);
    for (const name of await this.#files.list(directory).catch(() => [])) {
      if (name === stateFileName(number)) continue;
      await this.#files.remove(join(directory, name)).catch(() => {});
    }
  }

  async #write(id: string, number: number, parts: readonly Uint8Array[]): Promise<void> {
    const directory = join(this.#directory, id);
    // Events from before a `redact` may be in it: for nobody but who runs the pipeline.
    await makeDurableDirectory(this.#files, this.#directory, "owner");
    await makeDurableDirectory(this.#files, directory);
    const path = this.pathOf(id, number);
    const beside = `${path}.tmp`;
    if ((await this.#files.stat(beside)) !== undefined) await this.#files.remove(beside);
    const file = await this.#files.open(beside, "create");
    try {
      await file.write(parts, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#files.rename(beside, path);
    await this.#files.syncDirectory(directory);
  }
}
