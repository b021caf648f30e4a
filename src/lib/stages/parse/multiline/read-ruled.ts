/** Reads a record that rules have put together. */
import type { EventWriter } from "../../../event/writer.js";
import { withoutColours } from "../../../format/line/colours.js";

/**
 * Reads the first line of `text` by `read`, and gives its message those behind it; JSON over lines is read whole.
 * `isTriedWhole`: the text is tried as it is before that.
 */
export function readRuled(
  text: string,
  first: string,
  read: (text: string) => boolean | "skip",
  writer: EventWriter,
  isTriedWhole: boolean,
): boolean | "skip" {
  const tries = [
    ...(text === first || isTriedWhole ? [withoutColours(text)] : []),
    ...(text !== first && JSON_OPENING.test(first) ? [text.replaceAll("\n", " ")] : []),
  ];
  for (const one of tries) {
    const isRead = read(one);
    if (isRead !== false) return isRead;
    writer.reset();
  }
  if (text === first) return false;
  const isRead = read(withoutColours(first));
  if (isRead === true && !writer.extendMessage(text.slice(first.length))) writer.text("message", text);
  return isRead;
}

/** An object, or an array of them. */
const JSON_OPENING = /^[\s\u001e]*[{[]/;
