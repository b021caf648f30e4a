// Enter here: fields that are set, cast, renamed, kept, dropped and unpacked.
/** What is given to `enrich --set`: constants, and expressions to be computed for each event. */
import { failure } from "../../../base/errors/index.js";
import { ASSIGN_BYTES_MAX, ASSIGN_FIELDS_MAX } from "../../../event/assign.js";
import { quote } from "../../../json/quote.js";

export type SetField =
  | { readonly name: string; readonly kind: "constant"; readonly json: string }
  | { readonly name: string; readonly kind: "computed"; readonly expression: string };

/**
 * Reads `NAME=VALUE`. JSON is a constant, its text unchanged. What has the looks of an expression is one: an operator
 * (a comparison, `&&`, `||`; one of arithmetic or `? :` with blanks around it), a call `f(...)`, or parentheses around
 * the whole. Anything else is a text: `prod`, `eu-west-1`, `https://example.com`. Quotes make a text of anything: `'"a
 * < b"'`. Throws usage.bad-value.
 */
export function readSetFields(texts: readonly string[]): readonly SetField[] {
  const settings = texts.map(readSetting);
  const bytes = settings.reduce(
    (sum, setting) => sum + Buffer.byteLength(setting.name) + Buffer.byteLength(textOf(setting)) + 16,
    0,
  );
  if (settings.length > ASSIGN_FIELDS_MAX || bytes > ASSIGN_BYTES_MAX) {
    const reason = `at most ${ASSIGN_FIELDS_MAX} fields of ${ASSIGN_BYTES_MAX} bytes together`;
    throw failure("usage.bad-value", { option: "--set", value: `${settings.length} fields`, reason });
  }
  return settings;
}

function readSetting(text: string): SetField {
  const split = text.indexOf("=");
  if (text.slice(0, Math.max(0, split)).trim() === "") {
    const reason = split >= 0 ? "there is no name before the =" : "there is no = in it";
    throw failure("usage.bad-value", {
      option: "--set",
      value: text,
      reason,
      hint: "write it like env=prod or replicas=3",
    });
  }
  const name = text.slice(0, split).trim();
  const value = text.slice(split + 1);
  const json = jsonOf(value);
  if (json !== undefined) return { name, kind: "constant", json };
  return isExpression(value)
    ? { name, kind: "computed", expression: value.trim() }
    : { name, kind: "constant", json: quote(value) };
}

function textOf(setting: SetField): string {
  return setting.kind === "constant" ? setting.json : setting.expression;
}

function jsonOf(value: string): string | undefined {
  const trimmed = value.trim();
  try {
    JSON.parse(trimmed);
    return trimmed.replace(/[\r\n]/g, " ");
  } catch {
    return undefined;
  }
}

/** What stands in quotes says nothing about the rest. */
const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs;
const OPERATOR = /==|!=|<|>|&&|\|\||\s[-+*/%?]\s/;
const CALL = /[A-Za-z_]\w*\(.*\)/s;

function isExpression(value: string): boolean {
  const bare = value.trim().replace(QUOTED, '""');
  return OPERATOR.test(bare) || CALL.test(bare) || (bare.startsWith("(") && bare.endsWith(")"));
}
