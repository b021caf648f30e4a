/** What begins in one string of an event and goes on in those behind: a command line as a list of its arguments. */
import { unescaped } from "../../../json/escapes.js";
import type { Finding } from "../find/finding.js";
import type { Passage } from "../find/passages.js";
import type { RedactRule } from "../find/rule.js";

/** The rest of a string whose end is the name of a program. */
const NAME_BYTES_MAX = 64;
/** How much of a list is looked at. */
const LIST_BYTES_MAX = 16 * 1024;

/** The secret of a list whose program is at `at` of the string. */
export function findingInList(
  asker: number,
  hunter: RedactRule,
  { text, from, places, isDecoded }: Passage,
  at: number,
  bytes: Buffer,
): Finding | undefined {
  if (isDecoded === true || text.length - at > NAME_BYTES_MAX || isMember(bytes, from)) return undefined;
  const start = from + (places?.[at] ?? at) - 1;
  const next = bytes.indexOf(0x0a, start);
  const rest = bytes.latin1Slice(start, Math.min(next < 0 ? bytes.length : next, start + LIST_BYTES_MAX));
  const span = hunter.findInList?.(rest, 1);
  if (span === undefined) return undefined;
  const raw = rest.slice(span.start, span.end);
  const value = raw.includes("\\") ? unescaped(raw).text : raw;
  if (value === "" || hunter.isAllowed(value)) return undefined;
  return { start: start + span.start, end: start + span.end, hunter: asker, isToken: false };
}

/** Whether the string that begins at `from` is the value of a key. */
function isMember(bytes: Buffer, from: number): boolean {
  const before = bytes[from - 2];
  return before === 0x3a || (before === 0x20 && bytes[from - 3] === 0x3a);
}
