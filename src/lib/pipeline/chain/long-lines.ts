/** Lines over the limit, which come in pieces: those of several inputs may come by turns. */
export class LongLines {
  /** Bytes that have come of the line that each input is in. */
  private readonly bytesByName = new Map<string, number>();

  /** Whether the piece is the first of its line, and how long the line is with it. */
  took(piece: Buffer, isLast: boolean, name: string): { isFirst: boolean; bytes: number } {
    const before = this.bytesByName.get(name);
    const bytes = (before ?? 0) + piece.length;
    if (isLast) this.bytesByName.delete(name);
    else this.bytesByName.set(name, bytes);
    return { isFirst: before === undefined, bytes };
  }
}
