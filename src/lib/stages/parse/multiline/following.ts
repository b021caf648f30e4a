/** The lines of a record, from the first on. */
import type { Carrier, RawLine } from "../records/carrier.js";
import type { LineVerdict } from "./record-kind.js";

/** `head`: the lines that belong to it for sure. `isApartAt`: asked of where a line begins, before the line is made. */
export function recordLines(
  carrier: Carrier,
  head: readonly RawLine[],
  isApartAt: (start: number) => boolean,
  verdictOn: (text: string, start: number) => LineVerdict,
): readonly RawLine[] {
  const lines = [...head];
  let used = lines.length;
  for (let at = lines.at(-1)!.next; !isApartAt(at); at = lines.at(-1)!.next) {
    const next = carrier.lineAt(at);
    if (next === undefined) break;
    const verdict = verdictOn(next.text, at);
    if (verdict === "ends") break;
    lines.push(next);
    if (verdict === "joins") used = lines.length;
  }
  return lines.slice(0, used);
}

/** For records that only what stands in their lines ends. */
export const NEVER = (): boolean => false;
export const isApartIn = (carrier: Carrier) => (start: number) => carrier.isApartAt(start);

export function isBlank(text: string): boolean {
  return text === "" || text.trim() === "";
}
