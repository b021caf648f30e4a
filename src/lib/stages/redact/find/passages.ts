/** Texts of a block that are written in another way than they are to be read, each with the places of its bytes. */

import { stringEnd } from "../../../json/byte-steps.js";
import { unescaped } from "../../../json/escapes.js";
import { decodedLayers } from "./encodings.js";
import { visible } from "./visible.js";

/** A text with the places where it is written. */
export interface Passage {
  readonly text: string;
  /** Offset of the block at which it begins. */
  readonly from: number;
  readonly places: Uint32Array | undefined;
  /** Where each byte before ends, where that is not where the next one begins. */
  readonly ends?: Uint32Array;
  /** Whether it was written in more than one way: `%40`, `&#64;`, in colours. */
  readonly isDecoded?: boolean;
}

/** What strings with escapes and other encodings say. */
export function writtenOtherwise(
  bytes: Buffer,
  escaped: Set<number>,
  encoded: Set<number>,
): readonly Passage[] {
  const passages: Passage[] = [];
  for (const from of escaped) {
    const passage = { ...unescaped(bytes.latin1Slice(from, stringEnd(bytes, from))), from };
    passages.push(passage);
    if (MAY_BE_ENCODED.test(passage.text)) passages.push(...decodedPassages(passage));
    const seen = visible(passage.text, passage.places);
    if (seen !== undefined) passages.push({ ...seen, from, isDecoded: true });
  }
  for (const from of encoded) {
    if (escaped.has(from)) continue;
    const text = bytes.latin1Slice(from, bytes.indexOf(0x22, from));
    passages.push(...decodedPassages({ text, from, places: undefined }));
  }
  return passages;
}

export function decodedPassages({ text, from, places }: Passage): readonly Passage[] {
  return decodedLayers(text, places).map((layer) => ({ ...layer, from, isDecoded: true }));
}

/** Lines of text with colours and the like in them, as a terminal shows them. */
export function controlledLines(bytes: Buffer): readonly Passage[] {
  const passages: Passage[] = [];
  for (const control of [0x1b, 0x00, 0x08]) {
    for (let at = bytes.indexOf(control); at >= 0; ) {
      const from = at === 0 ? 0 : bytes.lastIndexOf(0x0a, at - 1) + 1;
      const next = bytes.indexOf(0x0a, at);
      const end = next < 0 ? bytes.length : next;
      const seen = visible(bytes.latin1Slice(from, end));
      if (seen !== undefined) passages.push({ ...seen, from, isDecoded: true });
      at = bytes.indexOf(control, end);
    }
  }
  return passages;
}

const MAY_BE_ENCODED = /[%&\\]/;
