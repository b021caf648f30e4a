/**
 * Values that a column cannot show are there all the same: `n IS NULL`, `n IS NOT NULL` and `count(n)` ask its
 * siblings, too. So are numbers in a column of text, when it is compared with numbers. The statement is changed in
 * DuckDB's own syntax tree, and only where such a question is asked of such a column.
 */
import type { ViewColumn } from "../../store/columns/view.js";
import type { QuerySession } from "../session.js";
import { splitStatements } from "../sql/sql-text.js";
import { comparedAsNumbers, comparedExactly } from "./numeric-text.js";
import {
  namedQueries,
  type Queries,
  type SplitKeys,
  type StatementNode,
  type StatementScope,
  scopesOf,
  splitKeyOf,
  splitKeysOf,
} from "./scope.js";
import { createdBy, keysWithin, noteAlignedSets } from "./statements.js";
import { type Ask, askOf, selectTree, sqlOfTree } from "./tree.js";

/** The SQL with the last statement changed, and views before it; the same text when there is nothing to change. */
export async function withPresence(session: QuerySession, sql: string): Promise<string> {
  const statements = splitStatements(sql);
  if (statements.length === 0 || session.splitKeys.size === 0) return sql;
  const ask = askOf(session);
  let changed = "";
  let end = 0;
  for (const [k, statement] of statements.entries()) {
    const isLast = k === statements.length - 1;
    const start = isLast ? 0 : createdBy(statement.sql)?.start;
    if (start === undefined) continue;
    const split = await keysWithin(
      ask,
      session.splitKeys,
      sql.slice(0, statement.offset + statement.sql.length),
    );
    const text = await changedSelect(ask, split, statement.sql.slice(start));
    if (text === undefined) continue;
    changed += sql.slice(end, statement.offset + start) + text;
    end = statement.offset + statement.sql.length;
  }
  return changed + sql.slice(end);
}

/** The same for a condition over the columns that a table shows. */
export async function conditionWithPresence(
  ask: Ask,
  columns: readonly ViewColumn[],
  condition: string,
): Promise<string> {
  const from = `SELECT 1 FROM ${TABLE} WHERE `;
  const text = await changedSelect(ask, new Map([[TABLE, splitKeysOf(columns)]]), `${from}(${condition}\n)`);
  return text?.startsWith(from) === true ? text.slice(from.length) : condition;
}

const TABLE = "logpipe_rows";

/** Undefined: there is nothing to change, or it cannot be told. */
async function changedSelect(ask: Ask, split: SplitKeys, sql: string): Promise<string | undefined> {
  const keys = [...split.values()].flat();
  const asksPresence = /\bnull\b|\bcount\b|\bisnull\b|\bnotnull\b/i.test(sql);
  const asksNumbers = /[<=>]|\bin\b|\bbetween\b/i.test(sql);
  const isNeeded =
    (asksPresence && keys.some((key) => hidden(key).length > 0)) ||
    (asksNumbers && keys.some(({ type }) => type === "string")) ||
    (asksNumbers && /\d{16}/.test(sql) && keys.some(({ type }) => type === "double"));
  if (!isNeeded) return undefined;
  const tree = await selectTree(ask, sql).catch(() => undefined);
  if (tree === undefined) return undefined;
  await noteAlignedSets(ask, tree, split);
  const work = new Rewriting(ask, split);
  const changed = (await work.visit(tree, [], new Map())) as StatementNode;
  return work.changes === 0 ? undefined : sqlOfTree(ask, changed).catch(() => undefined);
}

function hidden({
  siblings,
}: {
  readonly siblings: StatementScope["keys"][number]["siblings"];
}): readonly string[] {
  return siblings.filter(({ isShown }) => !isShown).map(({ name }) => name);
}

class Rewriting {
  changes = 0;
  readonly #ask: Ask;
  readonly #split: SplitKeys;

  constructor(ask: Ask, split: SplitKeys) {
    this.#ask = ask;
    this.#split = split;
  }

  async visit(value: unknown, scopes: readonly StatementScope[], queries: Queries): Promise<unknown> {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) {
      const elements: unknown[] = [];
      for (const element of value) elements.push(await this.visit(element, scopes, queries));
      return elements;
    }
    const node = value as StatementNode;
    if (node["type"] === "SET_OPERATION_NODE")
      return this.#members(node, scopes, namedQueries(node, queries));
    if (node["type"] === "SELECT_NODE") {
      const named = namedQueries(node, queries);
      return this.#members(node, scopesOf(node["from_table"], this.#split, named), named);
    }
    const changed = this.#changed(node, scopes);
    if (changed !== undefined) return changed;
    const compared =
      (await comparedAsNumbers(this.#ask, node, scopes)) ?? (await comparedExactly(this.#ask, node, scopes));
    if (compared !== undefined) this.changes++;
    return compared ?? this.#members(node, scopes, queries);
  }

  async #members(
    node: StatementNode,
    scopes: readonly StatementScope[],
    queries: Queries,
  ): Promise<StatementNode> {
    const members: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(node)) {
      members[name] =
        name === "select_list" && Array.isArray(member)
          ? await this.#selectList(member as StatementNode[], scopes, queries)
          : await this.visit(member, scopes, queries);
    }
    return members;
  }

  /** An expression that is changed keeps the name that DuckDB gives to its column. */
  async #selectList(
    items: readonly StatementNode[],
    scopes: readonly StatementScope[],
    queries: Queries,
  ): Promise<StatementNode[]> {
    const list: StatementNode[] = [];
    for (const item of items) {
      const before = this.changes;
      const changed = (await this.visit(item, scopes, queries)) as StatementNode;
      const isNamed = this.changes === before || item["alias"] !== "";
      list.push(isNamed ? changed : { ...changed, alias: await this.#nameOf(item) });
    }
    return list;
  }

  async #nameOf(item: StatementNode): Promise<string> {
    const plain = (await selectTree(this.#ask, "SELECT 1"))!;
    const sql = await sqlOfTree(this.#ask, { ...plain, select_list: [item] });
    return sql.replace(/^SELECT /, "");
  }

  #changed(node: StatementNode, scopes: readonly StatementScope[]): StatementNode | undefined {
    const children = node["children"];
    if (!Array.isArray(children) || children.length !== 1) return undefined;
    const reference = children[0] as StatementNode;
    const key = splitKeyOf(reference, scopes);
    const siblings = key === undefined ? [] : hidden(key);
    if (siblings.length === 0) return undefined;
    const references = [reference, ...siblings.map((name) => besides(reference, name))];
    const test = (type: string) => references.map((child) => operator(type, [child]));
    switch (node["type"]) {
      case "OPERATOR_IS_NULL":
        this.changes++;
        return { ...conjunction("CONJUNCTION_AND", test("OPERATOR_IS_NULL")), alias: node["alias"] };
      case "OPERATOR_IS_NOT_NULL":
        this.changes++;
        return { ...conjunction("CONJUNCTION_OR", test("OPERATOR_IS_NOT_NULL")), alias: node["alias"] };
      case "FUNCTION": {
        if (node["function_name"] !== "count" || node["distinct"] === true) return undefined;
        this.changes++;
        const isThere = conjunction("CONJUNCTION_OR", test("OPERATOR_IS_NOT_NULL"));
        const before = node["filter"] as StatementNode | null;
        const filter = before === null ? isThere : conjunction("CONJUNCTION_AND", [before, isThere]);
        return { ...node, function_name: "count_star", children: [], filter };
      }
      default:
        return undefined;
    }
  }
}

function besides(reference: StatementNode, name: string): StatementNode {
  const names = reference["column_names"] as readonly string[];
  return { ...reference, alias: "", column_names: [...names.slice(0, -1), name] };
}

function operator(type: string, children: readonly StatementNode[]): StatementNode {
  return { class: "OPERATOR", type, alias: "", query_location: 0, children };
}

function conjunction(type: string, children: readonly StatementNode[]): StatementNode {
  return { class: "CONJUNCTION", type, alias: "", query_location: 0, children };
}
