/**
 * Whether a line that stands alone makes no sense alone: the rest of a stack trace or of a message with line breaks. Looks
 * at this line only, so any cutting of the input gives the same answer. Says yes to
 *
 * - text after white space: Java's `\tat ...`, Python's `  File ...`, anything indented;
 * - Java and .NET: `Caused by: `, `Suppressed: `, `... 12 more`, `at a.b.C(`, `--- End of `, `Exception in thread `;
 * - Python: `Traceback (most recent call last):` and the two sentences between chained exceptions;
 * - Go: `goroutine 1 [running]:`, `panic: `, `created by `, `exit status 2`, `[signal SIGSEGV...`;
 * - an exception's own line: a dotted name that ends in Error, Exception, Warning, Failure, Interrupt, Exit, Iteration or
 *   Throwable, alone or followed by a colon. This closes a Python traceback and opens a Java one.
 *
 * A blank line is no continuation.
 */
export function isContinuation(line: string): boolean {
  const first = line.charCodeAt(0);
  if (first === 0x20 || first === 0x09) return line.trim() !== "";
  return OPENINGS.test(line) || EXCEPTION.test(line);
}

const OPENINGS =
  /^(?:Caused by: |Suppressed: |\.{3} \d+ (?:more|common frames omitted)$|at [\w$.<>/]+\(|--- End of |Exception in thread |Traceback \(most recent call last\):$|During handling of the above exception, |The above exception was the direct cause |goroutine \d+ \[|panic: |created by |exit status \d+$|\[signal )/;

const EXCEPTION =
  /^[A-Za-z_][\w$.]{0,199}(?:Error|Exception|Warning|Failure|Interrupt|Exit|Iteration|Throwable)(?=: |:?$)/;
