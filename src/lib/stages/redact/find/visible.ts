/**
 * Text as a terminal shows it: without colours and other sequences of control (ECMA-48), which may stand within a name
 * or a secret.
 */

export interface VisibleText {
  /** The bytes, one a character. */
  readonly text: string;
  /** By byte of `text`: where in the text handed in it begins; one more for the end. */
  readonly places: Uint32Array;
  /** By byte of `text`: where the byte before it ends, which is before what is left out between the two. */
  readonly ends: Uint32Array;
}

/**
 * CSI and OSC sequences, other escapes of two characters, and zero bytes and backspaces. Each takes time in proportion.
 */
const SEQUENCES =
  /(?:\x1b\[|\xc2\x9b)[0-?]{0,64}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b]{0,2048}(?:\x07|\x1b\\)|\x1b[ -/]{0,2}[0-OQ-WYZ\\`-~]|[\x00\x08]/g;
const MAY_BE = /[\x1b\x00\x08]|\xc2\x9b/;

/** Undefined: nothing is left out. `outer`: of `text` itself. */
export function visible(text: string, outer?: Uint32Array): VisibleText | undefined {
  if (!MAY_BE.test(text)) return undefined;
  const parts: string[] = [];
  const places = new Uint32Array(text.length + 1);
  const ends = new Uint32Array(text.length + 1);
  const at = (index: number) => outer?.[index] ?? index;
  let count = 0;
  let from = 0;
  const copy = (to: number) => {
    parts.push(text.slice(from, to));
    for (let i = from; i < to; i++) {
      places[count++] = at(i);
      ends[count] = at(i + 1);
    }
  };
  for (const { index, 0: sequence } of text.matchAll(SEQUENCES)) {
    copy(index);
    from = index + sequence.length;
  }
  if (from === 0) return undefined;
  copy(text.length);
  places[count] = at(text.length);
  return { text: parts.join(""), places: places.subarray(0, count + 1), ends: ends.subarray(0, count + 1) };
}
