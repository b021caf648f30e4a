/**
 * `level = 30`, `level >= 40`, `level IN (30, 40)`, `level BETWEEN 30 AND 50` of a column of text that was given
 * numbers, too: DuckDB would refuse the first value that is a word. The numbers among the texts are compared, and words
 * are none.
 */
import type { SiblingColumn } from "../../store/columns/view.js";
import { type SplitKey, type StatementNode, type StatementScope, splitKeyOf } from "./scope.js";
import { type Ask, selectTree } from "./tree.js";

/** The comparison changed; undefined: it is none of these. */
export async function comparedAsNumbers(
  ask: Ask,
  node: StatementNode,
  scopes: readonly StatementScope[],
): Promise<StatementNode | undefined> {
  const parts = partsOf(node);
  if (parts === undefined) return undefined;
  const reference = parts.columns.find((column) => splitKeyOf(column, scopes)?.type === "string");
  if (reference === undefined || !parts.others(reference).every(isNumber)) return undefined;
  const number = await numberOf(ask, reference, parts.others(reference).some(isLarge));
  if (number === undefined) return undefined;
  const changed = parts.with(reference, number);
  if (node["type"] !== "COMPARE_NOTEQUAL") return changed;
  // A word is not that number, either.
  const isThere = { ...operatorOf("OPERATOR_IS_NOT_NULL", [reference]) };
  const isOther = { ...changed, type: "COMPARE_DISTINCT_FROM", alias: "" };
  return {
    class: "CONJUNCTION",
    type: "CONJUNCTION_AND",
    alias: node["alias"],
    query_location: 0,
    children: [isOther, isThere],
  };
}

/**
 * `id = 9007199254740993` of a column that is DOUBLE because of its fractions: as a double the number is its neighbour,
 * too. The whole numbers are compared where they stand exactly, and the others as they are shown.
 */
export async function comparedExactly(
  ask: Ask,
  node: StatementNode,
  scopes: readonly StatementScope[],
): Promise<StatementNode | undefined> {
  const parts = partsOf(node);
  if (parts === undefined) return undefined;
  const reference = parts.columns.find((column) => splitKeyOf(column, scopes)?.type === "double");
  if (reference === undefined) return undefined;
  const others = parts.others(reference);
  if (!others.every(isNumber) || !others.some(isLarge)) return undefined;
  const exact: StatementNode[] = [];
  for (const { name, type } of exactColumns(splitKeyOf(reference, scopes)!)) {
    const names = reference["column_names"] as readonly string[];
    const sibling = { ...reference, alias: "", column_names: [...names.slice(0, -1), name] };
    if (type === "integer" || type === "double") exact.push({ ...parts.with(reference, sibling), alias: "" });
    const number = type === "number" ? await expressionOf(ask, WHOLE_NUMBERS_OF_TEXT, sibling) : undefined;
    if (number !== undefined) exact.push({ ...parts.with(reference, number), alias: "" });
  }
  if (exact.length === 0) return undefined;
  const children = [...exact, { ...node, alias: "" }];
  return { ...operatorOf("OPERATOR_COALESCE", children), alias: node["alias"] };
}

/**
 * Where the numbers stand that a DOUBLE rounds; of keys that differ only in case all numbers, in the order in which
 * they are read.
 */
function exactColumns({ siblings, spellings }: SplitKey): readonly Pick<SiblingColumn, "name" | "type">[] {
  const wide = siblings.filter(({ type }) => type === "integer" || type === "number");
  if (spellings === undefined) return wide;
  return spellings.flatMap(({ names: [shown, ...beside] }) => [
    ...wide.filter(({ name }) => beside.includes(name)),
    { name: shown!, type: "double" },
  ]);
}

interface Parts {
  /** Those that may be the column. */
  readonly columns: readonly StatementNode[];
  readonly others: (column: StatementNode) => readonly StatementNode[];
  readonly with: (column: StatementNode, replacement: StatementNode) => StatementNode;
}

const COMPARISONS: ReadonlySet<unknown> = new Set([
  "COMPARE_EQUAL",
  "COMPARE_NOTEQUAL",
  "COMPARE_LESSTHAN",
  "COMPARE_GREATERTHAN",
  "COMPARE_LESSTHANOREQUALTO",
  "COMPARE_GREATERTHANOREQUALTO",
]);

function partsOf(node: StatementNode): Parts | undefined {
  if (COMPARISONS.has(node["type"])) return partsIn(node, ["left", "right"], ["left", "right"]);
  if (node["type"] === "COMPARE_BETWEEN") return partsIn(node, ["input"], ["input", "lower", "upper"]);
  if (node["type"] !== "COMPARE_IN" || !Array.isArray(node["children"])) return undefined;
  const [first, ...others] = node["children"] as readonly StatementNode[];
  if (first === undefined) return undefined;
  const replaced = (_: StatementNode, number: StatementNode) => ({ ...node, children: [number, ...others] });
  return { columns: [first], others: () => others, with: replaced };
}

function partsIn(node: StatementNode, columns: readonly string[], all: readonly string[]): Parts {
  const at = (name: string) => node[name] as StatementNode;
  return {
    columns: columns.map(at),
    others: (column) => all.map(at).filter((part) => part !== column),
    with: (column, number) => {
      const name = all.find((one) => at(one) === column)!;
      return { ...node, [name]: number };
    },
  };
}

const NUMBER_TYPES = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL|FLOAT|DOUBLE)$/;

function constantOf(
  node: StatementNode,
): { readonly type?: { readonly id?: string }; readonly value?: unknown } | undefined {
  return node["type"] === "VALUE_CONSTANT" ? (node["value"] as object) : undefined;
}

function isNumber(node: StatementNode): boolean {
  return NUMBER_TYPES.test(constantOf(node)?.type?.id ?? "");
}

/** Whether float64 may not tell it from its neighbours. */
function isLarge(node: StatementNode): boolean {
  const { type, value } = constantOf(node)!;
  const isWhole = type?.id !== "DECIMAL" && type?.id !== "DOUBLE" && type?.id !== "FLOAT";
  return isWhole && !(typeof value === "number" && Number.isSafeInteger(value));
}

/** Words like `nan` and `infinity` are no numbers of JSON. */
const NUMBERS_OF_TEXT = "CASE WHEN regexp_matches(x, '^[-+]?[.]?[0-9]') THEN x END";

const WHOLE_NUMBERS_OF_TEXT = "CASE WHEN regexp_full_match(x, '-?[0-9]+') THEN TRY_CAST(x AS HUGEINT) END";

function numberOf(ask: Ask, reference: StatementNode, isLong: boolean): Promise<StatementNode | undefined> {
  return expressionOf(ask, `TRY_CAST(${NUMBERS_OF_TEXT} AS ${isLong ? "HUGEINT" : "DOUBLE"})`, reference);
}

/** The expression with the column in the place of `x`. */
async function expressionOf(
  ask: Ask,
  expression: string,
  column: StatementNode,
): Promise<StatementNode | undefined> {
  const tree = await selectTree(ask, `SELECT ${expression}`);
  const [item] = (tree?.["select_list"] as readonly StatementNode[] | undefined) ?? [];
  return item === undefined ? undefined : (replaced(item, { ...column, alias: "" }) as StatementNode);
}

/** The tree with the column in the place of each `x`. */
function replaced(value: unknown, column: StatementNode): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => replaced(element, column));
  const node = value as StatementNode;
  if (node["type"] === "COLUMN_REF") return column;
  return Object.fromEntries(Object.entries(node).map(([name, member]) => [name, replaced(member, column)]));
}

function operatorOf(type: string, children: readonly StatementNode[]): StatementNode {
  return { class: "OPERATOR", type, alias: "", query_location: 0, children };
}
