/** The text between two values of a template: a run of blanks in it stands for one or more blanks or tabs. */
export class TemplateLiteral {
  readonly isEmpty: boolean;
  /** Texts without blanks; an empty one stands for blanks. */
  readonly #tokens: readonly string[];

  constructor(text: string) {
    this.#tokens = (text.match(/[ \t]+|[^ \t]+/g) ?? []).map((token) => (isBlank(token, 0) ? BLANKS : token));
    this.isEmpty = this.#tokens.length === 0;
  }

  /** Behind the text at `at`; -1 when another stands there. */
  endAt(line: string, at: number): number {
    let end = at;
    for (const token of this.#tokens) {
      const next =
        token === BLANKS ? endOfBlanks(line, end) : line.startsWith(token, end) ? end + token.length : end;
      if (next === end) return -1;
      end = next;
    }
    return end;
  }

  /** Where the text begins that ends at `end`; -1 when another stands there. */
  startBefore(line: string, end: number): number {
    let start = end;
    for (let n = this.#tokens.length - 1; n >= 0; n--) {
      const token = this.#tokens[n]!;
      const next =
        token === BLANKS
          ? startOfBlanks(line, start)
          : line.endsWith(token, start)
            ? start - token.length
            : start;
      if (next === start) return -1;
      start = next;
    }
    return start;
  }

  /** Where the text begins for the first time at `from` or behind it; -1: nowhere. */
  find(line: string, from: number): number {
    const first = this.#tokens[0]!;
    for (let at = from; at < line.length; at++) {
      at = first === BLANKS ? nextBlank(line, at) : line.indexOf(first, at);
      if (at === -1) return -1;
      if (this.endAt(line, at) !== -1) return at;
      // No other place of these blanks can do.
      if (first === BLANKS) at = endOfBlanks(line, at) - 1;
    }
    return -1;
  }
}

const BLANKS = "";

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 32 || code === 9;
}

function endOfBlanks(line: string, at: number): number {
  let end = at;
  while (isBlank(line, end)) end++;
  return end;
}

function startOfBlanks(line: string, end: number): number {
  let start = end;
  while (start > 0 && isBlank(line, start - 1)) start--;
  return start;
}

function nextBlank(line: string, from: number): number {
  for (let at = from; at < line.length; at++) if (isBlank(line, at)) return at;
  return -1;
}
