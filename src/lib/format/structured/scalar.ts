/** Values of formats that have no types of their own. */
import { quote } from "../../event/writer.js";

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** JSON text of an unquoted value: a number where it is one in JSON, digit for digit, else a string. */
export function bareJson(text: string): string {
  return NUMBER.test(text) ? text : quote(text);
}
