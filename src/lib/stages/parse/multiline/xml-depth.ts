/**
 * How deep elements of XML are open, a line at a time. Names are not compared: what is well-formed closes what it has
 * opened.
 */
export class XmlDepth {
  private depth = 0;
  private hasElement = false;
  /** What ends the thing that the last line stopped in; "" between things. */
  private within = "";
  private textLines = 0;
  /** A thing was opened in another that ends first. */
  private isOdd = false;

  constructor(head: string) {
    this.add(head);
  }

  /** Whether all that was opened is closed, and something was. */
  get isClosed(): boolean {
    return this.hasElement && this.depth <= 0 && this.within === "";
  }

  /**
   * So much text without a tag is no XML, and what opens one element in the other without end is not looked at further:
   * each of its lines would be asked again, with all that follow.
   */
  get isBroken(): boolean {
    return this.isOdd || this.textLines > TEXT_LINES_MAX || this.depth > DEPTH_MAX;
  }

  /** The same for those that go on alike. */
  get state(): string {
    return `${this.depth} ${this.hasElement} ${this.within} ${this.textLines} ${this.isOdd}`;
  }

  add(line: string): void {
    this.textLines = line.includes("<") || line.includes(">") ? 0 : this.textLines + 1;
    for (let at = 0; at < line.length; ) at = this.within === "" ? this.open(line, at) : this.close(line, at);
  }

  /** From text to behind the next `<`. */
  private open(line: string, from: number): number {
    const at = line.indexOf("<", from);
    if (at < 0) return line.length;
    if (isLetter(line.charCodeAt(at + 1))) {
      this.within = TAG;
      return at + 2;
    }
    for (const [opening, closing] of THINGS) {
      if (!line.startsWith(opening, at)) continue;
      this.within = closing;
      return at + opening.length;
    }
    return at + 1;
  }

  /** To behind what ends the thing. Quoted values may hold anything; one never goes on in the next line. */
  private close(line: string, from: number): number {
    const { within } = this;
    if (within === TAG) return this.closeTag(line, from);
    const text = within === DECLARATION_END ? ">" : within;
    const end = line.indexOf(text, from);
    const again = OPENING_OF.get(within);
    if (again !== undefined && line.slice(from, end < 0 ? undefined : end).includes(again)) this.isOdd = true;
    if (end < 0) return line.length;
    if (within === END_TAG) this.depth--;
    this.within = "";
    return end + text.length;
  }

  private closeTag(line: string, from: number): number {
    for (let at = from; at < line.length; at++) {
      const code = line.charCodeAt(at);
      if (code === 0x22 || code === 0x27) {
        const end = line.indexOf(line[at]!, at + 1);
        if (end < 0) return line.length;
        at = end;
      } else if (code === 0x3c) this.isOdd = true;
      else if (code === 0x3e) {
        this.hasElement = true;
        if (line.charCodeAt(at - 1) !== 0x2f) this.depth++;
        this.within = "";
        return at + 1;
      }
    }
    return line.length;
  }
}

const TEXT_LINES_MAX = 32;
const DEPTH_MAX = 32;
const TAG = "/>";
const END_TAG = ">";
/** Of a document type; a `>` is enough. */
const DECLARATION_END = "]>";
/** What begins with `<` and no letter, and what ends it. */
const THINGS: readonly (readonly [string, string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["</", END_TAG],
  ["<!", DECLARATION_END],
];

/** What cannot stand in a thing that ends so. */
const OPENING_OF: ReadonlyMap<string, string> = new Map([
  ["-->", "<!--"],
  ["]]>", "<![CDATA["],
  ["?>", "<?"],
  [END_TAG, "<"],
]);

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f;
}
