/** Which tables a statement's columns belong to, by its syntax tree, as far as keys with siblings need it. */
import type { ShownType, Sibling, Spelling, ViewColumn } from "../../table/schema/view.js";

/** A key whose values are in several columns of a table, or in one of another name. */
export interface SplitKey {
  /** As SQL names its column. */
  readonly name: string;
  readonly type: ShownType;
  readonly siblings: readonly Sibling[];
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

export type Node = Readonly<Record<string, unknown>>;

/** Something in FROM: what SQL calls it, in lower case, and the split keys that it shows with all their siblings. */
export interface Scope {
  readonly alias: string;
  readonly keys: readonly SplitKey[];
}

export type Queries = ReadonlyMap<string, Node>;

/** The queries that WITH names, those of `outer` included. */
export function namedQueries(select: Node, outer: Queries): Queries {
  const map = (select["cte_map"] as { readonly map?: readonly Node[] } | undefined)?.map ?? [];
  if (map.length === 0) return outer;
  const named = new Map(outer);
  for (const { key, value } of map as readonly { key: string; value: { query?: { node?: Node } } }[]) {
    const node = value.query?.node;
    if (node !== undefined) named.set(key.toLowerCase(), node);
  }
  return named;
}

/** What FROM has. What is not understood shows no split keys. */
export function scopesOf(from: unknown, split: SplitKeys, queries: Queries): readonly Scope[] {
  const node = (from ?? {}) as Node;
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
      const query = (node["subquery"] as { readonly node?: Node }).node;
      return [{ alias, keys: query === undefined ? [] : starredKeys(query, split, queries) }];
    }
    case "JOIN":
      return [...scopesOf(node["left"], split, queries), ...scopesOf(node["right"], split, queries)];
    default:
      return [];
  }
}

/** The split keys that a query hands on whole, because it selects `*`. */
export function starredKeys(query: Node, split: SplitKeys, outer: Queries = new Map()): readonly SplitKey[] {
  if (query["type"] !== "SELECT_NODE") return [];
  const scopes = scopesOf(query["from_table"], split, namedQueries(query, outer));
  const stars = (query["select_list"] as readonly Node[]).filter((item) => item["type"] === "STAR");
  return stars.flatMap((star) => {
    if (listOf(star["replace_list"]).length + listOf(star["rename_list"]).length > 0) return [];
    if (star["columns"] === true || star["expr"] !== null) return [];
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

/** The split key that a column reference means; undefined: none, or that cannot be told. */
export function splitKeyOf(reference: Node, scopes: readonly Scope[]): SplitKey | undefined {
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
