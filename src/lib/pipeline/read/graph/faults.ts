/** All that is wrong with a file, gathered: one fault must not hide the others. */
import { LogpipeError } from "../../../base/errors/index.js";
import type { Step } from "../../contract/pipeline.js";
import type { PipelinePart } from "../build.js";
import type { StepFaults } from "../steps.js";

export class Faults implements StepFaults {
  /** Steps with faults in their values, without those. */
  readonly begun: Step<PipelinePart>[] = [];
  private readonly found = new Map<string, LogpipeError>();

  begin(step: Step<PipelinePart>): void {
    this.begun.push(step);
  }

  /** Each is kept once: what stands under `define` is read wherever it is used. Throws what is no fault of the file. */
  add(error: unknown): void {
    if (!(error instanceof LogpipeError)) throw error;
    if (!this.found.has(error.message)) this.found.set(error.message, error);
  }

  /** What `read` returns; undefined where it throws, which is kept. */
  try<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  async tryAsync<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  get count(): number {
    return this.found.size;
  }

  /** File by file in the order of `paths`, each from its top to its end. */
  sorted(paths: readonly string[]): readonly LogpipeError[] {
    return sortedFaults([...this.found.values()], paths);
  }
}

export function sortedFaults(
  faults: readonly LogpipeError[],
  paths: readonly string[],
): readonly LogpipeError[] {
  const keyed = faults.map((error) => ({ error, key: keyOf(error, paths) }));
  keyed.sort((a, b) => compare(a.key, b.key));
  return keyed.map(({ error }) => error);
}

function keyOf({ message }: LogpipeError, paths: readonly string[]): readonly number[] {
  const file = paths.findIndex((path) => message.startsWith(`${path}:`));
  const at = file < 0 ? null : /^:(\d+):(\d+)/.exec(message.slice(paths[file]!.length));
  return [file < 0 ? paths.length : file, Number(at?.[1] ?? 0), Number(at?.[2] ?? 0)];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const k = a.findIndex((value, index) => value !== b[index]);
  return k < 0 ? 0 : a[k]! - b[k]!;
}
