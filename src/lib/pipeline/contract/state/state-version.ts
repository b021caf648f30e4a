import { failure } from "../../../base/errors/index.js";

/** Throws state.other-version where a saved state of `stage` is not of the version that is known. */
export function checkStateVersion(stage: string, version: unknown, known: number): void {
  if (version !== known) throw failure("state.other-version", { stage, version, known });
}
