/** The compressed data is at fault, not the reading of it. The message says how: "its gzip data ends too early". */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}
