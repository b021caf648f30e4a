/** `enrich --set NAME=VALUE` with constant values. */
import { failure } from "../base/errors/index.js";
import { ASSIGN_BYTES_MAX, ASSIGN_FIELDS_MAX, Assigner, type Assignment } from "../event/assign.js";
import { Block } from "../event/block.js";
import { lineAt } from "../event/lines.js";
import { quote } from "../event/writer.js";
import type { StageContext, Transform } from "../stage/stage.js";

/**
 * Reads the texts given to `--set`. A value that is a JSON number, `true`, `false`, `null`, a JSON string, array or object
 * is taken as that, its text unchanged; anything else is a string. Throws usage.bad-value. A name given twice: the last
 * one counts.
 */
export function readAssignments(texts: readonly string[]): readonly Assignment[] {
  const byName = new Map<string, Assignment>();
  for (const text of texts) {
    const split = text.indexOf("=");
    if (split < 1) {
      const reason = split === 0 ? "there is no name before the =" : "there is no = in it";
      throw failure("usage.bad-value", {
        option: "--set",
        value: text,
        reason,
        hint: "write it like env=prod or replicas=3",
      });
    }
    const name = text.slice(0, split);
    byName.set(name, { name, json: jsonOf(text.slice(split + 1)) });
  }
  const assignments = [...byName.values()];
  const bytes = assignments.reduce(
    (sum, { name, json }) => sum + Buffer.byteLength(name) + Buffer.byteLength(json) + 16,
    0,
  );
  if (assignments.length > ASSIGN_FIELDS_MAX || bytes > ASSIGN_BYTES_MAX) {
    const reason = `at most ${ASSIGN_FIELDS_MAX} fields of ${ASSIGN_BYTES_MAX} bytes together`;
    throw failure("usage.bad-value", { option: "--set", value: `${assignments.length} fields`, reason });
  }
  return assignments;
}

function jsonOf(value: string): string {
  const trimmed = value.trim();
  try {
    JSON.parse(trimmed);
    return trimmed.replace(/[\r\n]/g, " ");
  } catch {
    return quote(value);
  }
}

/** Sets the fields in every event; lines that are no JSON objects are set aside. */
export class Constants implements Transform {
  private readonly assigner: Assigner;
  private readonly context: StageContext;

  constructor(assignments: readonly Assignment[], context: StageContext) {
    this.assigner = new Assigner(assignments);
    this.context = context;
  }

  push(block: Block, emit: (block: Block) => boolean): boolean {
    const { bytes, faults } = this.assigner.apply(block.bytes);
    for (const { start, end, column, reason } of faults) {
      const raw = Buffer.from(block.bytes.subarray(start, end));
      this.context.reject({ reason, raw, line: lineAt(block.bytes, start), column });
    }
    return emit(new Block(bytes, undefined, block.position));
  }
}
