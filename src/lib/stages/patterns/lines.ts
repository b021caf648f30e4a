/** The lines of a block one after the other: events, and lines of plain text among them. */
import type { Fault } from "../../event/faults.js";
import { shifted } from "../../event/faults.js";
import type { Projector, Rows } from "../../event/rows/rows.js";

/** What is told of each line that is not blank, in order. */
export interface LineVisitor {
  event(rows: Rows, row: number): void;
  /** A line that does not begin like an object, without its line end, among others in `bytes`. */
  text(bytes: Buffer, start: number, end: number): void;
  /** A line that begins like an object and is none. Offsets are those of the block. */
  fault(fault: Fault): void;
}

const NEWLINE = 0x0a;

export function visitLines(bytes: Buffer, projector: Projector, visitor: LineVisitor): void {
  for (let start = 0; start < bytes.length; ) {
    const isEvents = beginsObject(bytes, start);
    const end = endOfRun(bytes, start, isEvents);
    const run = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
    if (isEvents) visitEvents(run, start, projector, visitor);
    else visitTexts(run, visitor);
    start = end;
  }
}

/** Behind the last of the lines from `start` on that are of the same sort. Blank lines are of either. */
function endOfRun(bytes: Buffer, start: number, isEvents: boolean): number {
  let at = start;
  while (at < bytes.length && (beginsObject(bytes, at) === isEvents || isBlank(bytes, at))) {
    const newline = bytes.indexOf(NEWLINE, at);
    at = newline < 0 ? bytes.length : newline + 1;
  }
  return at;
}

function visitEvents(run: Buffer, shift: number, projector: Projector, visitor: LineVisitor): void {
  const { rows, faults } = projector.apply(run);
  for (const fault of faults) visitor.fault(shifted(fault, shift));
  for (let row = 0; row < rows.count; row++) visitor.event(rows, row);
}

function visitTexts(run: Buffer, visitor: LineVisitor): void {
  for (let at = 0; at < run.length; ) {
    const newline = run.indexOf(NEWLINE, at);
    const stop = newline < 0 ? run.length : newline;
    const textEnd = stop > at && run[stop - 1] === 0x0d ? stop - 1 : stop;
    if (!isBlank(run, at)) visitor.text(run, at, textEnd);
    at = stop + 1;
  }
}

function beginsObject(bytes: Buffer, at: number): boolean {
  return bytes[firstOf(bytes, at)] === 0x7b;
}

function isBlank(bytes: Buffer, at: number): boolean {
  const first = bytes[firstOf(bytes, at)];
  return first === undefined || first === NEWLINE;
}

/** The first byte of a line that is no blank, tab or carriage return. */
function firstOf(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d) at++;
  return at;
}
