/** Something found: [start, end) of the block's bytes. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  /** The number of the hunter. */
  readonly hunter: number;
  /** Whether it is the whole of a JSON value, quotes and all, and what takes its place must be one. */
  readonly isToken: boolean;
  /**
   * What it says, as bytes, one a character: of a token (its JSON text when it is no string), and of what is
   * encoded once more.
   */
  readonly value?: string;
  /** Whether it is a whole array, object or number of JSON that is itself the text of a string. */
  readonly isInnerToken?: boolean;
}
