/**
 * What a query of several statements makes on its way: views and tables that hand split keys on, and sets of columns
 * that fit.
 */
import { splitStatements } from "../sql/sql-text.js";
import {
  isSameSplitKey,
  noteAligned,
  type SplitKey,
  type SplitKeys,
  type StatementNode,
  starredKeys,
} from "./scope.js";
import { type Ask, selectTree, sqlOfTree } from "./tree.js";

/** `CREATE VIEW name AS`, and tables likewise. */
const CREATE =
  /^\s*create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:view|table)\s+(?:if\s+not\s+exists\s+)?("(?:[^"]|"")+"|\w+)\s+as\s+(?=select\b|from\b|with\b|\()/i;

/** Where the query of a statement begins, and the name of what it makes; undefined for other statements. */
export function createdBy(statement: string): { readonly name: string; readonly start: number } | undefined {
  const found = CREATE.exec(statement);
  if (found === null) return undefined;
  const name = found[1]!.startsWith('"') ? found[1]!.slice(1, -1).replaceAll('""', '"') : found[1]!;
  return { name: name.toLowerCase(), start: found[0].length };
}

/** The split keys of the tables, and of what the statements before the last one make of them. */
export async function keysWithin(ask: Ask, split: SplitKeys, sql: string): Promise<SplitKeys> {
  const earlier = splitStatements(sql).slice(0, -1);
  // What is changed or gone later may lack a column.
  if (earlier.length === 0 || earlier.some((one) => /^\s*(?:alter|drop)\b/i.test(one.sql))) return split;
  const keys = new Map<string, readonly SplitKey[]>(split);
  for (const statement of earlier) {
    const made = createdBy(statement.sql);
    if (made === undefined) continue;
    const tree = await selectTree(ask, statement.sql.slice(made.start)).catch(() => undefined);
    if (tree !== undefined) await noteAlignedSets(ask, tree, keys);
    keys.set(made.name, tree === undefined ? [] : starredKeys(tree, keys));
  }
  return keys;
}

/** Asks DuckDB which set operations have sides with columns that fit. Cost: nothing where there are none. */
export async function noteAlignedSets(ask: Ask, tree: unknown, split: SplitKeys): Promise<void> {
  if (split.size === 0 || typeof tree !== "object" || tree === null) return;
  for (const member of Object.values(tree)) await noteAlignedSets(ask, member, split);
  const node = tree as StatementNode;
  if (node["type"] !== "SET_OPERATION_NODE") return;
  const [left, right] = [await namesOf(ask, node["left"]), await namesOf(ask, node["right"])];
  if (left === undefined || right === undefined) return;
  const isAligned =
    node["setop_type"] === "UNION_BY_NAME"
      ? isByNameAlone(node, split, [left, right])
      : left.join("\0") === right.join("\0");
  if (isAligned) noteAligned(node);
}

/**
 * Whether neither side has a column of its own with the name of a sibling of the other, or for other keys of events.
 */
function isByNameAlone(
  node: StatementNode,
  split: SplitKeys,
  [left, right]: readonly [readonly string[], readonly string[]],
): boolean {
  const [ofLeft, ofRight] = [node["left"], node["right"]].map((side) =>
    starredKeys(side as StatementNode, split),
  );
  return areApart(ofLeft!, ofRight!, right) && areApart(ofRight!, ofLeft!, left);
}

function areApart(keys: readonly SplitKey[], others: readonly SplitKey[], names: readonly string[]): boolean {
  const columns = new Set(names.map((name) => name.toLowerCase()));
  return keys.every((key) => {
    const other = others.find(({ name }) => name.toLowerCase() === key.name.toLowerCase());
    const isOfKey = key.key === undefined && key.spellings === undefined;
    const isOwn = other === undefined ? isOfKey : isSameSplitKey(key, other);
    if (!isOwn && columns.has(key.name.toLowerCase())) return false;
    const same = new Set(other?.siblings.map(({ name }) => name.toLowerCase()));
    const left = key.siblings.map(({ name }) => name.toLowerCase()).filter((name) => columns.has(name));
    return left.every((name) => same.has(name));
  });
}

/** Undefined: it cannot be told, for one of a query that WITH names. */
async function namesOf(ask: Ask, query: unknown): Promise<readonly string[] | undefined> {
  try {
    const sql = await sqlOfTree(ask, query as StatementNode);
    return JSON.parse(await ask(`(SELECT to_json(list(column_name)) FROM (DESCRIBE ${sql}))`)) as string[];
  } catch {
    return undefined;
  }
}
