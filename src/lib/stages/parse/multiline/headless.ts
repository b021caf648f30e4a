/** A trace whose beginning is not there: the input begins within it, as behind `tail` or a rotation. */
import { isCall } from "../records/cues.js";
import type { RecordKind } from "./kinds.js";

/**
 * What goes on behind a line that is a frame of a trace; undefined when it is none. Most lines are told by their first
 * character.
 */
export function kindOfFrame(line: string): RecordKind | undefined {
  const first = line.charCodeAt(0);
  if (first === 0x23) return PHP_FRAME.test(line) ? "php" : CORE_FRAME.test(line) ? "core" : undefined;
  if (first !== 0x20 && first !== 0x09) return undefined;
  if (isPythonFrame(line)) return "python";
  if (GROUP_FRAME.test(line)) return "closed";
  if (isGoFrame(line)) return "go";
  return isCallFrame(line) || OTHER_FRAME.test(line) ? "frames" : undefined;
}

/**
 * Whether a line may be the second half of a frame, the first half of which is gone: the code that Python shows, what
 * Go calls.
 */
export function mayLead(line: string): boolean {
  const first = line.charCodeAt(0);
  return first === 0x20 || first === 0x09 || (isCall(line) && line.includes("."));
}

/** What goes on behind such a line, as the next one tells. */
export function kindBehindLead(lead: string, line: string): RecordKind | undefined {
  const first = lead.charCodeAt(0);
  if (first !== 0x20 && first !== 0x09) return isGoFrame(line) ? "go" : undefined;
  return isPythonFrame(line) ? "python" : undefined;
}

function isPythonFrame(line: string): boolean {
  return PYTHON_FRAME.test(line);
}

export function isGoFrame(line: string): boolean {
  return GO_FRAME.test(line);
}

/**
 * `at a.b.C.d(D.java:7)`, `at run (/srv/a.js:7:3)`, `at Shop.Run() in C:\shop.cs:line 7`: a call in brackets, or a
 * place with line and column.
 */
function isCallFrame(line: string): boolean {
  return AT.test(line) && (CALL.test(line) || PLACE.test(line));
}

const PYTHON_FRAME = /^\s{1,64}File "[^"]{1,1000}", line \d+(?:, in |$)/;
const GROUP_FRAME = /^\s{1,64}\|\s{1,64}File "[^"]{1,1000}", line \d+(?:, in |$)/;
const GO_FRAME = /^\s\S{1,1000}\.(?:go|s):\d+(?: \+0x[0-9a-f]+)?$/;
const AT = /^\s{1,64}at \S/;
const CALL = /^\s+at (?:async )?(?=[^\s().]*\.)[^\s()]+\(/;
const PLACE = /(?:[^\s\d]:\d+:\d+\)?|[^\s\d]:line \d+| \((?:<anonymous>|native|index \d+)\))$/;
/** What Java leaves out, Ruby's callers, frames of Rust's. */
const OTHER_FRAME =
  /^\s{1,64}(?:\.{3} \d+ (?:more|common frames omitted)|(?:from )?\S{1,1000}:\d+:in [`'"]|\d+:\s{1,8}(?:0x[0-9a-f]+ - )?[<\w][^\s:]*::\S)/;
const PHP_FRAME = /^#\d+ (?:\{main\}$|\[internal function\]: |\S{1,1000}\(\d+\): )/;
/** As a debugger numbers them. */
const CORE_FRAME =
  /^#\d+ {1,4}(?:0x[0-9a-f]+ in \S{1,1000} \(|\S{1,1000} \(.{0,1000}\) (?:at|from) \S{1,1000}(?::\d+|\.so[.\d]*)$)/;
