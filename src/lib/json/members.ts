// Enter here: reading and writing JSON text without building objects; every walker of JSON bytes is here.
/**
 * A strict reader of JSON text (RFC 8259) that makes no objects: it checks all of it and says where the members of the
 * outermost object lie. Whoever wants a value takes its text, so that no number, key order or escape is ever bent.
 */
import { flatMembers, isFlatObject } from "./flat-object.js";
import type { JsonFault, Members } from "./json-text.js";
import { JsonScanner } from "./scanner.js";

export { decodeString, JsonFault, MAX_DEPTH, type Members } from "./json-text.js";

/** The members of the JSON object that `text` is; white space around it is allowed, anything else is not. */
export function scanMembers(text: string): Members | JsonFault {
  return isFlatObject(text) ? flatMembers(text) : new JsonScanner(text).document();
}

/** Undefined when `text` is one valid JSON value of any kind, else what is wrong with it. */
export function checkJson(text: string): JsonFault | undefined {
  return new JsonScanner(text).check();
}

/** Calls `each` with the text of every element of a JSON array. The caller vouches that `text` is a valid one. */
export function eachElement(text: string, each: (raw: string) => void): void {
  new JsonScanner(text).elements(each);
}
