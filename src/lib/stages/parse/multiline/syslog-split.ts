/**
 * What PostgreSQL sends to syslog in pieces (`syslog_split_messages`, on by default): each is a line of its own, with
 * `[NUMBER-PIECE] ` before its text. A line break is the end of a piece, and so is a blank where a line is too long.
 */
import type { Carrier, RawLine } from "../records/carrier.js";

/**
 * Whether a line goes on with the one before: its text begins with a tab or a blank, as rsyslog and others write them.
 */
export function isSplitRest(line: string): boolean {
  return line.includes("]: [") && REST.test(line);
}

const REST = /\[\d{1,10}\]: \[\d{1,10}-\d{1,6}\] (?:#011|\^I|\\t|[\t ])/;

/** Whose the pieces of a line are, and which it is; undefined where it is none. */
export function splitState(line: string): string | undefined {
  const found = line.includes("]: [") ? PIECE.exec(line) : null;
  return found === null ? undefined : `${found[1]}-${Number(found[2])}`;
}

const PIECE = /([^\s[]{1,128}\[\d{1,10}\]: \[\d{1,10})-(\d{1,6})\] /;

/** Whether `line` is the piece behind the one that has `state`. */
export function isPieceBehind(line: string, state: string): boolean {
  if (!isSplitRest(line)) return false;
  const found = PIECE.exec(line);
  return found !== null && `${found[1]}-${Number(found[2]) - 1}` === state;
}

/** The pieces behind `line`, and the text that they add to it; undefined where there are none. */
export function splitRest(
  carrier: Carrier,
  line: RawLine,
): { readonly lines: readonly RawLine[]; readonly text: string } | undefined {
  const lines: RawLine[] = [];
  let text = "";
  let state = splitState(line.text);
  for (let next = line.next; state !== undefined; ) {
    const piece = carrier.lineAt(next);
    if (piece === undefined || !isPieceBehind(piece.text, state)) break;
    lines.push(piece);
    const { index, 0: head } = PIECE.exec(piece.text)!;
    const rest = piece.text.slice(index + head.length);
    text += TAB.test(rest) ? `\n${rest.replace(TAB, "\t")}` : rest;
    state = splitState(piece.text);
    next = piece.next;
  }
  return lines.length === 0 ? undefined : { lines, text };
}

/** As it is escaped: `#011` by rsyslog, `^I` by sysklogd. */
const TAB = /^(?:#011|\^I|\\t|\t)/;
