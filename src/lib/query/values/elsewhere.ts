/** The sentence for values that a statement's columns show in another type, or not at all. */
import { identifier } from "../../store/columns/names.js";
import type { ColumnType } from "../../store/columns/types/types.js";
import type { ShownType, SiblingColumn, ViewColumn } from "../../store/columns/view.js";
import type { QuerySession } from "../session.js";
import { splitStatements } from "../sql/sql-text.js";
import { type SplitKey, type SplitKeys, type StatementNode, splitKeysOf, starredKeys } from "./scope.js";
import { type CountedKey, spelledKey } from "./spelled.js";
import { noteAlignedSets } from "./statements.js";
import { type Ask, askOf, selectTree } from "./tree.js";

/**
 * Says once for each split key that the last statement reads by name how many of its values are elsewhere, and where.
 */
export async function noticeElsewhere(
  session: QuerySession,
  sql: string,
  notice: (text: string) => void,
): Promise<void> {
  if (session.splitKeys.size === 0) return;
  const last = splitStatements(sql).at(-1);
  const ask = askOf(session);
  const tree = last === undefined ? undefined : await selectTree(ask, last.sql).catch(() => undefined);
  if (tree === undefined) return;
  if (tree["type"] === "SET_OPERATION_NODE") {
    await noteAlignedSets(ask, tree, session.splitKeys);
    const text = notFolded(tree, session.splitKeys);
    if (text !== undefined) notice(text);
  }
  const names = { columns: new Set<string>(), tables: new Set<string>() };
  collect(tree, names);
  for (const [table, keys] of session.splitKeys) {
    if (!names.tables.has(table)) continue;
    const read = keys.filter(({ name }) => names.columns.has(name.toLowerCase()));
    if (read.length === 0) continue;
    // The query itself will say what is wrong with the table.
    const rows: AskRows = async (sql) => (await session.connection.runAndReadAll(sql)).getRows();
    const texts = await sentences(rows, { name: table, from: identifier(table) }, read).catch(() => []);
    for (const text of texts) notice(text);
  }
}

/** The sentence for siblings that `*` on both sides of a set operation does not put back under their keys. */
function notFolded(tree: StatementNode, split: SplitKeys): string | undefined {
  const whole = new Set(starredKeys(tree, split).map(({ name }) => name));
  const sides = [tree["left"], tree["right"]].flatMap((side) => starredKeys(side as StatementNode, split));
  // Keys that differ only in case have columns of their own among them.
  const left = sides.filter(({ name, spellings }) => !whole.has(name) && spellings === undefined);
  const names = left.flatMap(({ siblings }) => siblings);
  if (names.length === 0) return undefined;
  const columns = [...new Set(names.map(({ name }) => name))].join(", ");
  const advice = tree["setop_type"] === "UNION_BY_NAME" ? "" : "; UNION ALL BY NAME matches them";
  return `${columns}: beside the key, not in it, because both sides are not known to have the same columns${advice}`;
}

type AskRows = (sql: string) => Promise<readonly (readonly unknown[])[]>;

export interface AskedTable {
  readonly name: string;
  /** SQL of its rows, with `columns`. */
  readonly sql: string;
  readonly columns: readonly ViewColumn[];
}

/** The same sentences for values that a condition over a table looks past; none for what is no condition. */
export async function elsewhereOf(rows: AskRows, table: AskedTable, condition: string): Promise<string[]> {
  const keys = splitKeysOf(table.columns);
  if (keys.length === 0) return [];
  const ask: Ask = async (expression) => String((await rows(`SELECT ${expression}`))[0]![0]);
  const tree = await selectTree(ask, `SELECT 1 WHERE (${condition}\n)`).catch(() => undefined);
  if (tree === undefined) return [];
  const names = { columns: new Set<string>(), tables: new Set<string>() };
  collect(tree, names);
  const read = keys.filter(({ name }) => names.columns.has(name.toLowerCase()));
  // Who asks for the sibling, too, has thought of it.
  const left = read.map((key) => ({
    ...key,
    siblings: key.siblings.filter(({ name, isShown }) => !isShown && !names.columns.has(name.toLowerCase())),
  }));
  const counted = left.filter(({ siblings, spellings }) => siblings.length > 0 || spellings !== undefined);
  if (counted.length === 0) return [];
  const from = `(${table.sql})`;
  return sentences(rows, { name: table.name, from, behind: "; the condition does not look there" }, counted);
}

function collect(value: unknown, names: { columns: Set<string>; tables: Set<string> }): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const element of value) collect(element, names);
    return;
  }
  const node = value as StatementNode;
  if (node["type"] === "BASE_TABLE") names.tables.add(String(node["table_name"]).toLowerCase());
  if (node["type"] === "COLUMN_REF")
    for (const name of node["column_names"] as readonly string[]) names.columns.add(name.toLowerCase());
  for (const member of Object.values(node)) collect(member, names);
}

interface CountedTable {
  readonly name: string;
  /** SQL. */
  readonly from: string;
  /** What to say behind the sentence for values that are elsewhere. */
  readonly behind?: string;
}

/** Keys that are counted at once. */
const MOST_KEYS = 100;

async function sentences(
  rows: AskRows,
  { name: table, from, behind = "" }: CountedTable,
  keys: readonly SplitKey[],
): Promise<string[]> {
  const counted = keys.slice(0, MOST_KEYS).flatMap((key) => {
    if (key.spellings === undefined)
      return key.siblings.length === 0 ? [] : [elsewhereKey(table, key, behind)];
    const siblings = key.siblings.filter(({ isShown }) => !isShown);
    const hidden = siblings.length === 0 ? [] : [elsewhereKey(table, { ...key, siblings }, behind)];
    return [spelledKey(table, key), ...hidden];
  });
  if (counted.length === 0) return [];
  const sums = counted.flatMap((one) => one.sums);
  const [row = []] = await rows(`SELECT ${sums.join(", ")} FROM ${from}`);
  const numbers = row.map(Number);
  let at = 0;
  return counted.flatMap((one) => one.say(numbers.slice(at, (at += one.sums.length))) ?? []);
}

function elsewhereKey(table: string, key: SplitKey, behind: string): CountedKey {
  return {
    sums: [
      `count_if(${[key, ...key.siblings].map(({ name }) => `${identifier(name)} IS NOT NULL`).join(" OR ")})`,
      ...key.siblings.map((sibling) => elsewhereSql(key, sibling)),
    ],
    say: ([all = 0, ...counts]) => {
      const found = key.siblings
        .map((sibling, k) => ({ sibling, count: counts[k]! }))
        .filter(({ count }) => count > 0);
      if (found.length === 0) return undefined;
      return sentence(`${table}.${key.name}`, key.type, all, found) + behind;
    },
  };
}

/** What is shown as a number is elsewhere only where it has more digits than that number. */
function elsewhereSql({ name, type }: SplitKey, sibling: SiblingColumn): string {
  const own = identifier(sibling.name);
  if (type === "double" && sibling.type === "number")
    return `count_if(NOT regexp_full_match(${own}, '-0(\\.0*)?([eE].*)?'))`;
  // Irregular objects are JSON as those of a struct are shown.
  if (type === "json" && sibling.type === "json") return "0";
  if (!sibling.isShown) return `count_if(${own} IS NOT NULL AND ${identifier(name)} IS NULL)`;
  if (!NUMBERS.has(type)) return `count(${own})`;
  return sibling.type === "integer" ? `count_if(${own} NOT BETWEEN ${-EXACT} AND ${EXACT})` : "0";
}

/** Whole numbers up to here are doubles without loss. */
const EXACT = 2 ** 53;

const NUMBERS: ReadonlySet<ShownType | ColumnType> = new Set(["integer", "double", "huge", "number"]);

interface Found {
  readonly sibling: SiblingColumn;
  readonly count: number;
}

function sentence(name: string, type: ShownType, all: number, found: readonly Found[]): string {
  const count = found.reduce((sum, one) => sum + one.count, 0);
  const of = `${grouped(count)} of ${grouped(all)} ${all === 1 ? "value" : "values"} ${count === 1 ? "is" : "are"}`;
  if (found.length === 1) {
    const { sibling } = found[0]!;
    return `${name}: ${of} ${wordsFor(type, sibling.type, count)}, ${shownAs(type, sibling.type)}: see ${sibling.name}`;
  }
  const parts = found.map(
    (one) => `${grouped(one.count)} ${wordsFor(type, one.sibling.type, one.count)} in ${one.sibling.name}`,
  );
  return `${name}: ${of} elsewhere as they came: ${parts.join(", ")}`;
}

function shownAs(type: ShownType, sibling: ColumnType): string {
  if (type === "string") return "shown as text";
  if (type === "json") return "shown as JSON";
  if (NUMBERS.has(type) && NUMBERS.has(sibling)) return "more than the column holds";
  return `not ${WORDS[type][1]}`;
}

function wordsFor(type: ShownType, sibling: ColumnType, count: number): string {
  const isLong = sibling === "integer" && type === "double";
  return WORDS[isLong ? "number" : sibling][count === 1 ? 0 : 1];
}

/** For one of them, for several. */
const WORDS: Readonly<Record<ColumnType | "huge", readonly [string, string]>> = {
  integer: ["a number", "numbers"],
  double: ["a number", "numbers"],
  huge: ["a number", "numbers"],
  number: ["a number of many digits", "numbers of many digits"],
  boolean: ["a boolean", "booleans"],
  string: ["text", "text"],
  json: ["an object or array", "objects or arrays"],
  struct: ["an object", "objects"],
  timestamp: ["a time", "times"],
  escaped: ["text with half a character", "text with half a character"],
};

function grouped(n: number): string {
  return n.toLocaleString("en-US");
}
