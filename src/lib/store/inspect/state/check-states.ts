/**
 * What stages of pipelines have saved beside the table: the state that the table's positions name is there, and is what
 * was written.
 */
import { join } from "node:path";
import { reasonOf } from "../../../base/errors/index.js";
import type { Files } from "../../../base/files.js";
import {
  STATE_DIRECTORY,
  STATE_PREFIX,
  stateFileName,
  unsealed,
} from "../../../pipeline/contract/state/sealed-state.js";
import type { Snapshot, TableLog } from "../../delta/snapshot.js";
import type { TableFinding } from "../finding.js";

/** Looks at names, and with `isDeep` at every byte. */
export async function checkStates(files: Files, log: TableLog, isDeep: boolean): Promise<TableFinding[]> {
  const findings: TableFinding[] = [];
  for (const [id, number] of statesOf(await log.refresh())) {
    const finding = await checkState(files, log, { id, number }, isDeep);
    // A pipeline that runs has saved the next one meanwhile, and this one is gone.
    const isStill = statesOf(await log.refresh()).some(([other, now]) => other === id && now === number);
    if (finding !== undefined && isStill) findings.push(finding);
  }
  return findings;
}

function statesOf({ positions }: Snapshot): readonly (readonly [id: string, number: number])[] {
  return [...positions.values()].flatMap(({ source, offset }) =>
    source.startsWith(STATE_PREFIX) && offset > 0
      ? [[source.slice(STATE_PREFIX.length), offset] as const]
      : [],
  );
}

interface Named {
  readonly id: string;
  readonly number: number;
}

/** The log of the table's writer may name a newer one already, and then that is there instead. */
async function checkState(
  files: Files,
  { directory }: TableLog,
  { id, number }: Named,
  isDeep: boolean,
): Promise<TableFinding | undefined> {
  const numbers = (await files.list(join(directory, STATE_DIRECTORY, id)).catch(() => []))
    .map((name) => /^(\d{1,15})\.state$/.exec(name)?.[1])
    .flatMap((digits) => (digits !== undefined && Number(digits) >= number ? [Number(digits)] : []))
    .sort((a, b) => a - b);
  if (numbers.length === 0)
    return finding("state-missing", { id, number }, "what the stages of a pipeline had saved is gone");
  if (!isDeep) return undefined;
  for (const there of numbers) {
    const reason = await faultOf(files, join(directory, STATE_DIRECTORY, id, stateFileName(there)));
    if (reason !== undefined)
      return finding(
        "state-broken",
        { id, number: there },
        `what the stages of a pipeline had saved cannot be used: ${reason}`,
      );
  }
  return undefined;
}

/** Undefined: it is sound, or gone, as a pipeline that runs has saved the next one. */
async function faultOf(files: Files, path: string): Promise<string | undefined> {
  try {
    const bytes = await files.read(path);
    if (bytes !== undefined) unsealed(bytes);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function finding(kind: TableFinding["kind"], { id, number }: Named, what: string): TableFinding {
  return {
    kind,
    isDamage: true,
    path: `${STATE_DIRECTORY}/${id}/${stateFileName(number)}`,
    what: `${what}; it does not go on from here, so that nothing is counted wrong`,
    advice:
      "put the file back from a backup under the same name; if there is none, `logpipe run --reset-state` goes on without open windows and remembered keys",
  };
}
