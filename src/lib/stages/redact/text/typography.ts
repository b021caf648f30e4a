/**
 * Numbers as people and programs of print write them: with blanks that do not break or are thin, with dashes of their
 * own, behind a full-width colon, or behind a character of a script without blanks. Detectors of numbers see plain
 * blanks and dashes.
 */
import type { Detector } from "../detectors/detector.js";

/** How many bytes around a place are looked at: no number of the detectors is longer. */
const BEFORE = 64;
const BEHIND = 160;
/** One character of two bytes or more that is no letter of an alphabet (in UTF-8, as bytes one a character). */
const CHARACTER = /\xc2[\x80-\xbf]|[\xe2-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;
const BLANK = /^(?:\xc2\xa0|\xe2\x80[\x80-\x8b\xaf]|\xe2\x81\xa0|\xe3\x80\x80)$/;
const DASH = /^(?:\xe2\x80[\x90-\x95]|\xe2\x88\x92)$/;
/** Letters among the signs of Latin-1: ª, µ and º. */
const LETTER = /^\xc2[\xaa\xb5\xba]$/;

interface PlainText {
  readonly text: string;
  /** By byte: where it is in the text handed in; one more for the end. */
  readonly places: readonly number[];
}

/** The same detector, which sees `4111\u00a01111` as `4111 1111`. */
export function seesPlainMarks(detector: Detector): Detector {
  return {
    ...detector,
    find(text, at) {
      if (!touchesOthers(text, at)) return detector.find(text, at);
      const { text: plain, places } = plainAround(text, at);
      const span = detector.find(plain, places.indexOf(at));
      return span && { start: places[span.start]!, end: places[span.end]! };
    },
  };
}

/** Whether a character beyond ASCII is at the number, or in or right behind it. */
function touchesOthers(text: string, at: number): boolean {
  if (at > 0 && text.charCodeAt(at - 1) >= 0x80) return true;
  return (at > 1 && text.charCodeAt(at - 2) >= 0x80) || endsInOthers(text, at);
}

/** What a number is made of is between the blank and the colon, "_" or, of accounts, a letter. */
function endsInOthers(text: string, at: number): boolean {
  const last = text.charCodeAt(at) < 0x3a ? 0x3a : 0x7a;
  const end = Math.min(text.length, at + BEHIND);
  for (let i = at; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || (c > last && c !== 0x5f)) return c >= 0x80;
  }
  return false;
}

function plainAround(text: string, at: number): PlainText {
  const from = Math.max(0, at - BEFORE);
  const raw = text.slice(from, at + BEHIND);
  const places: number[] = [];
  let plain = "";
  let next = 0;
  const copy = (to: number) => {
    for (let i = next; i < to; i++) places.push(from + i);
    plain += raw.slice(next, to);
  };
  for (const { index, 0: character } of raw.matchAll(CHARACTER)) {
    if (LETTER.test(character)) continue;
    copy(index);
    places.push(from + index);
    plain += BLANK.test(character) ? " " : DASH.test(character) ? "-" : ";";
    next = index + character.length;
  }
  copy(raw.length);
  places.push(from + raw.length);
  return { text: plain, places };
}
