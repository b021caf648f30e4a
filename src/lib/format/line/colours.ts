/**
 * The line without the colours and cursor movements of a terminal (ECMA-48 control sequences, `ESC [ ... letter`).
 * Lines without any, nearly all, cost one search for a character.
 */
export function withoutColours(line: string): string {
  return line.includes("\u001b") ? line.replace(SEQUENCE, "") : line;
}

/** At most 32 characters of parameters: a sequence that is cut off or none stays. */
const SEQUENCE = /\u001b\[[0-9;:<=>?]{0,32}[ -/]{0,2}[@-~]/g;
