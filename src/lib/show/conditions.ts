/** `service=api`, `status!=200`, `path~/cart`, `'latency_ms>200'`: conditions of fields, as expressions. */
import { failure } from "../base/errors/index.js";
import { levelOfWord } from "../event/level-words.js";

/** What a pattern of RE2 takes for more than itself. */
const RE2_SPECIAL = /[\\^$.|?*+()[\]{}]/g;

export interface FieldCondition {
  /** A dotted path, as it was written. */
  readonly field: string;
  readonly operator: "=" | "!=" | "~" | "!~" | ">" | ">=" | "<" | "<=";
  readonly value: string;
}

/** A name without blanks, slashes and quotes, an operator, and the rest. Blanks around the operator are allowed. */
const CONDITION = /^([\p{L}_@$][\p{L}\p{N}_@$.:[\]-]*?)(\s*)(!=|!~|>=|<=|=|~|>|<)([\s\S]*)$/u;

/** What an operand says of a field; undefined where it is no condition. */
export function fieldConditionOf(operand: string): FieldCondition | undefined {
  const found = CONDITION.exec(operand);
  if (found === null) return undefined;
  const [, field = "", blanks, operator, value = ""] = found;
  // `a==b` and `a = "b"` are written as expressions of `--where` are, and mean the same here.
  const isDouble = operator === "=" && value.startsWith("=");
  const isExpression = isDouble || blanks !== "";
  const rest = isDouble ? value.slice(1) : value;
  return {
    field,
    operator: operator as FieldCondition["operator"],
    value: isExpression ? unquoted(rest.trim()) : rest,
  };
}

function unquoted(text: string): string {
  return /^"[^"\\]*"$|^'[^'\\]*'$/.test(text) ? text.slice(1, -1) : text;
}

/**
 * Throws usage.bad-value for what looks like a condition and would hold for no event, or for others than are meant:
 * `svc=~ap.*` of Prometheus, `a=>5`, `a > 5 && b == 1`.
 */
export function checkFieldCondition(operand: string, { field, operator, value }: FieldCondition): void {
  const sign = /^[\s\S]*?[=!~<>]/.exec(operand)![0].length - 1;
  const written = /^[=!~<>]+/.exec(operand.slice(sign))![0];
  const name = nameOf(field);
  const bare = operand.slice(sign + written.length).trim();
  const refuse = (reason: string, hint: string) =>
    failure("usage.bad-value", { option: "the condition", value: operand, reason, hint });
  if (MATCHES.has(written)) {
    const not = written.includes("!") ? "!" : "";
    const hint = `${field}${not}~TEXT looks for a text; for a pattern: --where '${not}${name}.matches(${quoted(bare)})'`;
    throw refuse(`there is no operator ${written}`, hint);
  }
  if (TURNED.has(written) && (!/^=[<>]$/.test(written) || NUMBER.test(bare)))
    throw refuse(`there is no operator ${written}`, `write ${TURNED.get(written)}`);
  const isOrdered = !["=", "!=", "~", "!~"].includes(operator);
  if (/&&|\|\|/.test(value) && (isOrdered || /\s(?:&&|\|\|)\s/.test(value)))
    throw refuse("it is more than one condition", "name each by itself, or write --where 'EXPR'");
}

const MATCHES: ReadonlySet<string> = new Set(["=~", "~=", "!=~", "==~", "~~"]);
const TURNED: ReadonlyMap<string, string> = new Map([
  ["=>", ">="],
  ["=<", "<="],
  ["=!", "!="],
  ["<>", "!="],
  ["===", "="],
]);

/**
 * The expression of a condition. `=` holds for the text and for the number it may be, `!=` for events that have no such
 * field, too; `~` looks for a text anywhere in the value.
 */
export function expressionOf({ field, operator, value }: FieldCondition, ignoresCase: boolean): string {
  const name = nameOf(field);
  switch (operator) {
    case "=":
      return isIn(name, field, value, ignoresCase);
    case "!=":
      return `!has(${name}) || !(${isIn(name, field, value, ignoresCase)})`;
    case "~":
      return contains(name, value, ignoresCase);
    case "!~":
      return `!has(${name}) || !(${contains(name, value, ignoresCase)})`;
    default:
      return `${name} ${operator} ${ordered({ field, operator, value })}`;
  }
}

function isIn(name: string, field: string, value: string, ignoresCase: boolean): string {
  const level = field === "level" ? levelOfWord(value) : undefined;
  if (level !== undefined) return `${name} == ${quoted(level)}`;
  if (ignoresCase && !isNumber(value)) return `string(${name}).lower() == ${quoted(value.toLowerCase())}`;
  const others = literalsOf(value);
  return others.length === 0
    ? `${name} == ${quoted(value)}`
    : `${name} in [${[...others, quoted(value)].join(", ")}]`;
}

/** A text of letters can be in any string; of a number, a list or an object its JSON is looked at. */
function contains(name: string, value: string, ignoresCase: boolean): string {
  const holds = (text: string) =>
    ignoresCase
      ? `string(${name}).matches(${quoted(`(?i)${text.replace(RE2_SPECIAL, "\\$&")}`)})`
      : `string(${name}).contains(${quoted(text)})`;
  const inJson = quoted(value).slice(1, -1);
  if (inJson === value) return holds(value);
  // In JSON it stands with its escapes.
  return `${holds(value)} || type(${name}) in ["list", "map"] && ${holds(inJson)}`;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What a value may be besides a text. */
function literalsOf(value: string): readonly string[] {
  if (isNumber(value) || value === "true" || value === "false" || value === "null") return [value];
  return [];
}

function ordered({ field, operator, value }: FieldCondition): string {
  if (!NUMBER.test(value)) return quoted(value);
  if (isNumber(value)) return value;
  const reason = "no number is so large";
  throw failure("usage.bad-value", { option: "NAME=VALUE", value: `${field}${operator}${value}`, reason });
}

function isNumber(value: string): boolean {
  return NUMBER.test(value) && Number.isFinite(Number(value));
}

/** A path whose names are no plain words is written in backquotes. */
function nameOf(field: string): string {
  return /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(field) && !RESERVED.has(field) ? field : `\`${field}\``;
}

const RESERVED: ReadonlySet<string> = new Set(["true", "false", "null", "in", "event"]);

function quoted(text: string): string {
  return JSON.stringify(text);
}
