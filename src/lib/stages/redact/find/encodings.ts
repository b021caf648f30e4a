/**
 * Texts inside texts: percent-encoding (RFC 3986, section 2.1), characters of HTML by number or name, and escapes of
 * JSON or Java. What they say, and where each byte of that is written.
 */
import { table } from "../../../base/table.js";

export interface DecodedText {
  /** The bytes, one a character. */
  readonly text: string;
  /** By byte of `text`: where in the text handed in its writing begins; one more for the end. */
  readonly places: Uint32Array;
}

/** How often a text is decoded: `%252540` is `%2540` is `%40` is `@`. */
const LAYERS_MAX = 3;
/** Of `&#...;` and `\\u....` those below 128: what is looked for is ASCII. */
const ENCODED =
  /%[0-9A-Fa-f]{2}|&#(?:0{0,4}\d{2,3}|[xX]0{0,4}[0-7][0-9A-Fa-f]);|&(?:lt|gt|quot|apos|amp);|\\u00[0-7][0-9A-Fa-f]/g;

/** The characters of markup, which XML escapes by name. */
const ENTITIES: Readonly<Record<string, number>> = table({
  lt: 0x3c,
  gt: 0x3e,
  quot: 0x22,
  apos: 0x27,
  amp: 0x26,
});

/**
 * The texts that `text` says, decoded once, twice and so on while there is something to decode. `places`: of `text`
 * itself.
 */
export function decodedLayers(text: string, places?: Uint32Array): readonly DecodedText[] {
  const layers: DecodedText[] = [];
  let current = { text, places };
  while (layers.length < LAYERS_MAX) {
    const next = decoded(current.text, current.places);
    if (next === undefined) break;
    layers.push(next);
    current = next;
  }
  return layers;
}

/** Undefined: nothing in it is encoded. */
function decoded(text: string, outer: Uint32Array | undefined): DecodedText | undefined {
  const parts: string[] = [];
  const places = new Uint32Array(text.length + 1);
  let count = 0;
  let from = 0;
  const copy = (to: number) => {
    parts.push(text.slice(from, to));
    for (let i = from; i < to; i++) places[count++] = outer?.[i] ?? i;
  };
  for (const { index, 0: encoded } of text.matchAll(ENCODED)) {
    const byte = byteOf(encoded);
    if (byte > 255) continue;
    copy(index);
    parts.push(String.fromCharCode(byte));
    places[count++] = outer?.[index] ?? index;
    from = index + encoded.length;
  }
  if (from === 0) return undefined;
  copy(text.length);
  places[count++] = outer?.[text.length] ?? text.length;
  return { text: parts.join(""), places: places.subarray(0, count) };
}

function byteOf(encoded: string): number {
  if (encoded.startsWith("%")) return Number.parseInt(encoded.slice(1), 16);
  if (encoded.startsWith("\\")) return Number.parseInt(encoded.slice(2), 16);
  const named = ENTITIES[encoded.slice(1, -1)];
  if (named !== undefined) return named;
  const isHex = encoded.charCodeAt(2) === 0x78 || encoded.charCodeAt(2) === 0x58;
  return isHex ? Number.parseInt(encoded.slice(3), 16) : Number.parseInt(encoded.slice(2), 10);
}
