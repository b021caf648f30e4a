/** Which tables a statement's columns belong to, by its syntax tree, as far as keys with siblings need it. */
import type { ShownType, SiblingColumn, Spelling, ViewColumn } from "../../store/columns/view.js";

/** A key whose values are in several columns of a table, or in one of another name. */
export interface SplitKey {
  /** As SQL names its column. */
  readonly name: string;
  readonly type: ShownType;
  readonly siblings: readonly SiblingColumn[];
  /** The key in the events, where the column has another name. */
  readonly key?: string;
  /** Of a column that reads several keys, which differ only in case. */
  readonly spellings?: readonly Spelling[];
  /** Left out of `*`: so are its siblings. */
  readonly isExcluded?: boolean;
}

export function splitKeysOf(columns: readonly ViewColumn[]): SplitKey[] {
  return columns.flatMap(({ name, type, siblings, key, spellings }): SplitKey[] => {
    if (siblings === undefined && key === undefined) return [];
    return [
      {
        ...{ name, type, siblings: siblings ?? [] },
        ...(key === undefined ? {} : { key }),
        ...(spellings === undefined ? {} : { spellings }),
      },
    ];
  });
}

/** By the name of the table in lower case. */
export type SplitKeys = ReadonlyMap<string, readonly SplitKey[]>;

export type StatementNode = Readonly<Record<string, unknown>>;

/** Something in FROM: what SQL calls it, in lower case, and the split keys that it shows with all their siblings. */
export interface StatementScope {
  readonly alias: string;
  readonly keys: readonly SplitKey[];
}

export type Queries = ReadonlyMap<string, StatementNode>;

/** The queries that WITH names, those of `outer` included. */
export function namedQueries(select: StatementNode, outer: Queries): Queries {
  const map = (select["cte_map"] as { readonly map?: readonly StatementNode[] } | undefined)?.map ?? [];
  if (map.length === 0) return outer;
  const named = new Map(outer);
  for (const { key, value } of map as readonly {
    key: string;
    value: { query?: { node?: StatementNode } };
  }[]) {
    const node = value.query?.node;
    if (node !== undefined) named.set(key.toLowerCase(), node);
  }
  return named;
}

/** What FROM has. What is not understood shows no split keys. */
export function scopesOf(from: unknown, split: SplitKeys, queries: Queries): readonly StatementScope[] {
  const node = (from ?? {}) as StatementNode;
  const alias = String(node["alias"] ?? "").toLowerCase();
  switch (node["type"]) {
    case "BASE_TABLE": {
      const name = String(node["table_name"]).toLowerCase();
      const query = node["schema_name"] === "" ? queries.get(name) : undefined;
      // A name within its own definition is the table.
      const keys =
        query === undefined
          ? (split.get(name) ?? [])
          : starredKeys(query, split, new Map([...queries].filter(([other]) => other !== name)));
      return [{ alias: alias === "" ? name : alias, keys }];
    }
    case "SUBQUERY": {
      const query = (node["subquery"] as { readonly node?: StatementNode }).node;
      return [{ alias, keys: query === undefined ? [] : starredKeys(query, split, queries) }];
    }
    case "JOIN":
      return [...scopesOf(node["left"], split, queries), ...scopesOf(node["right"], split, queries)];
    default:
      return [];
  }
}

/** The split keys that a query hands on whole, because it selects `*`. */
export function starredKeys(
  query: StatementNode,
  split: SplitKeys,
  outer: Queries = new Map(),
): readonly SplitKey[] {
  if (query["type"] === "SET_OPERATION_NODE") return keysOfBoth(query, split, namedQueries(query, outer));
  if (query["type"] !== "SELECT_NODE") return [];
  const scopes = scopesOf(query["from_table"], split, namedQueries(query, outer));
  const stars = (query["select_list"] as readonly StatementNode[]).filter((item) => item["type"] === "STAR");
  return stars.flatMap((star) => {
    if (listOf(star["replace_list"]).length + listOf(star["rename_list"]).length > 0) return [];
    // COLUMNS(*) by itself is the same; with a condition it may leave some out.
    if (star["expr"] !== null) return [];
    const relation = String(star["relation_name"]).toLowerCase();
    const gone = new Set(listOf(star["exclude_list"]).map((name) => String(name).toLowerCase()));
    const isGone = ({ name }: { readonly name: string }) => gone.has(name.toLowerCase());
    const left = (key: SplitKey): SplitKey => {
      const siblings = key.siblings.filter((sibling) => !isGone(sibling));
      const isExcluded = key.isExcluded === true || isGone(key);
      if (key.spellings === undefined) return { ...key, siblings, isExcluded };
      const spellings = key.spellings.map(({ key, names }) => ({
        key,
        names: names.filter((name) => !isGone({ name })),
      }));
      return { ...key, siblings, spellings, isExcluded };
    };
    return scopes.flatMap(({ alias, keys }) => (relation === "" || relation === alias ? keys.map(left) : []));
  });
}

const aligned = new WeakSet<StatementNode>();

/**
 * Notes that the two sides of a set operation have columns of the same names in the same order; by name, that neither
 * has a column of its own that is called like a sibling of the other.
 */
export function noteAligned(operation: StatementNode): void {
  aligned.add(operation);
}

/**
 * Keys that both sides of UNION, EXCEPT or INTERSECT have, by name also of one side. Where columns go by their places
 * both sides must be known to have the same ones: a value would be put under a key that it is not of.
 */
function keysOfBoth(operation: StatementNode, split: SplitKeys, queries: Queries): readonly SplitKey[] {
  const [left, right] = [operation["left"] as StatementNode, operation["right"] as StatementNode];
  const keys = starredKeys(left, split, queries);
  const others = new Map(starredKeys(right, split, queries).map((key) => [key.name.toLowerCase(), key]));
  const isByName = operation["setop_type"] === "UNION_BY_NAME";
  if (!isByName && !aligned.has(operation) && shapeOf(left) !== shapeOf(right)) return [];
  const own = new Set(keys.map(({ name }) => name.toLowerCase()));
  const alone = isByName && aligned.has(operation);
  const further = alone ? [...others.values()].filter(({ name }) => !own.has(name.toLowerCase())) : [];
  const common = keys.flatMap((key) => {
    const other = others.get(key.name.toLowerCase());
    if (other === undefined && alone) return [key];
    if (other === undefined || !isSameSplitKey(key, other)) return [];
    if ((key.isExcluded === true) !== (other.isExcluded === true)) return [];
    const known = new Set(key.siblings.map(({ name }) => name.toLowerCase()));
    const more = other.siblings.filter(({ name }) => !known.has(name.toLowerCase()));
    return isByName || more.length === 0 ? [{ ...key, siblings: [...key.siblings, ...more] }] : [];
  });
  const whole = [...common, ...further];
  // Without the column that reads them all, keys that differ only in case go by the names of their columns.
  const isWhole = new Set(whole.map(({ name }) => name));
  const lost = [...keys, ...others.values()].filter(({ name }) => !isWhole.has(name));
  const parts = new Set(lost.flatMap(({ spellings = [] }) => spellings.flatMap(({ names }) => names)));
  return whole.filter(({ name }) => !parts.has(name));
}

/** Whether columns of one name stand for the same keys of events. */
export function isSameSplitKey(key: SplitKey, other: SplitKey): boolean {
  const keysOf = ({ key, spellings }: SplitKey) => JSON.stringify([key, spellings]);
  return keysOf(key) === keysOf(other);
}

/** Queries with the same text have columns of the same names, whichever rows they have. */
function shapeOf(query: StatementNode): string {
  if (query["type"] === "SET_OPERATION_NODE") return shapeOf(query["left"] as StatementNode);
  const columns = [query["cte_map"], query["select_list"], query["from_table"]];
  return JSON.stringify(columns, (name, value: unknown) => (name === "query_location" ? undefined : value));
}

/** The split key that a column reference means; undefined: none, or that cannot be told. */
export function splitKeyOf(
  reference: StatementNode,
  scopes: readonly StatementScope[],
): SplitKey | undefined {
  if (reference["type"] !== "COLUMN_REF") return undefined;
  const names = (reference["column_names"] as readonly string[]).map((name) => name.toLowerCase());
  const name = names.at(-1);
  const relation = names.length > 1 ? names.at(-2) : undefined;
  const found = scopes.flatMap(({ alias, keys }) =>
    relation === undefined || relation === alias
      ? keys.filter((key) => key.isExcluded !== true && key.name.toLowerCase() === name)
      : [],
  );
  return found.length === 1 ? found[0] : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
