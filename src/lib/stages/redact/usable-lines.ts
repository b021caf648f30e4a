import { without } from "../../event/faults.js";
import { FieldSet, Projector } from "../../event/rows/rows.js";
import { rejectFaults } from "../../pipeline/contract/event-reader.js";
import type { StageContext } from "../../pipeline/contract/stage.js";

export interface LineOptions {
  readonly isText: boolean;
  /** Lines that are set aside leave blanks in their place, so that the others keep their numbers. */
  readonly keepsPlaces?: boolean;
}

const projector = new Projector(new FieldSet());

/** The lines of a block that can be looked through; the others are set aside. In text mode all lines can be. */
export function usableLines(
  bytes: Buffer,
  { isText, keepsPlaces = false }: LineOptions,
  context: StageContext,
): Buffer {
  if (isText) return bytes;
  const { faults } = projector.apply(bytes);
  if (faults.length === 0) return bytes;
  rejectFaults(context, bytes, faults);
  const inOrder = [...faults].sort((a, b) => a.start - b.start);
  if (!keepsPlaces) return without(bytes, inOrder);
  const blanked = Buffer.from(bytes);
  for (const { start, end } of inOrder) blanked.fill(0x20, start, end);
  return blanked;
}
