import type { ByteSpan } from "../detectors/detector.js";
import type { Asker } from "./anchors.js";

/** A detector at work: one of the built-in ones, a pattern of the user, or the rules of field names. */
export interface RedactRule extends Asker {
  readonly name: string;
  readonly label: string;
  readonly isFieldRule: boolean;
  /** Asked at a place where a shape or a literal is. */
  readonly find?: (text: string, at: number) => ByteSpan | undefined;
  /** Asked at the same place of an event, for what goes on in the strings behind. */
  readonly findInList?: (text: string, at: number) => ByteSpan | undefined;
  /** Asked once for each text, for what no literal tells. */
  readonly findAll?: (text: string) => Iterable<ByteSpan>;
  /** Of the rules of field names: whether a key (as bytes, one a character) is one of them. */
  readonly matchesName?: (name: string) => boolean;
  /** Of the rules of field names: what a value says, undefined when there is nothing to hide in it. */
  readonly fieldValue?: (bytes: Buffer, start: number, end: number) => string | undefined;
  readonly isOftenId?: boolean;
  readonly isAllowed: (value: string) => boolean;
  readonly normal?: (value: string) => string;
}
