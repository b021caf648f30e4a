/**
 * Where an expression matches next, remembered for the places that follow: places one after the other, with nothing
 * behind them, would each look through the same rest of a text. Together they take time in proportion to the text.
 */
export class Next {
  readonly #pattern: RegExp;
  #text = "";
  #from = 0;
  #found = -1;

  /** `pattern` has the flag `g`. */
  constructor(pattern: RegExp) {
    this.#pattern = pattern;
  }

  /** The first match at or behind `from`; the length of the text: none. */
  from(text: string, from: number): number {
    if (from < this.#from || from > this.#found || text !== this.#text) {
      this.#pattern.lastIndex = from;
      this.#found = this.#pattern.exec(text)?.index ?? text.length;
      this.#text = text;
      this.#from = from;
    }
    return this.#found;
  }
}
