/** Text measured in terminal cells: East Asian wide characters and most emoji take two, combining marks none. */
import stringWidth from "string-width";

const PRINTABLE_ASCII = /^[\u0020-\u007e]*$/;

/** Cells that `text` takes. Printable ASCII, nearly all of it, costs one regular expression. */
export function cellWidth(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : stringWidth(text);
}

/** `text` filled with spaces to `width` cells. */
export function padCells(text: string, width: number, side: "left" | "right"): string {
  const missing = width - cellWidth(text);
  if (missing <= 0) return text;
  return side === "left" ? " ".repeat(missing) + text : text + " ".repeat(missing);
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** `text` cut to `width` cells, ending in `mark` if anything was cut. Never splits what is drawn as one character. */
export function fitCells(text: string, width: number, mark = "…"): string {
  if (text.length <= width && PRINTABLE_ASCII.test(text)) return text;
  if (text.length <= width * 16 && cellWidth(text) <= width) return text;
  const room = width - cellWidth(mark);
  if (room <= 0) return mark.slice(0, Math.max(0, width));
  let used = 0;
  let kept = "";
  // Only the head of a long text can be seen: no character is drawn from more than a few code units.
  for (const { segment } of graphemes.segment(text.slice(0, width * 16))) {
    const cells = cellWidth(segment);
    if (used + cells > room) break;
    used += cells;
    kept += segment;
  }
  return kept + mark;
}

/** `text` in lines of at most `width` cells; never splits what is drawn as one character. Empty text is one line. */
export function wrapCells(text: string, width: number): string[] {
  if (text.length <= width && PRINTABLE_ASCII.test(text)) return [text];
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const cells = cellWidth(segment);
    if (used + cells > width && line !== "") {
      lines.push(line);
      line = "";
      used = 0;
    }
    line += segment;
    used += cells;
  }
  return [...lines, line];
}
