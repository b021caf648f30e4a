/** What SQL reads from, by its syntax tree: DuckDB's `json_serialize_sql`, which looks at nothing but the text. */

/** Functions in FROM that read no file, so that planning a query twice costs and changes nothing. */
const PURE_FUNCTIONS = new Set(["range", "generate_series", "unnest"]);

/**
 * The tables that the statements name, in lower case; undefined when planning them beforehand could do something (a
 * statement that is no SELECT, a file or function that would be read) or say something else (SHOW, DESCRIBE).
 */
export function tablesNamed(serialized: string): ReadonlySet<string> | undefined {
  const tree = JSON.parse(serialized) as { readonly error?: boolean };
  if (tree.error !== false) return undefined;
  const named = new Set<string>();
  const defined = new Set<string>();
  const isPure = visit(tree, (node) => {
    if (node["cte_map"] !== undefined) for (const name of cteNames(node["cte_map"])) defined.add(name);
    switch (node["type"]) {
      case "BASE_TABLE":
        if (node["at_clause"] !== null) return false;
        named.add(String(node["table_name"]).toLowerCase());
        return true;
      case "TABLE_FUNCTION":
        return PURE_FUNCTIONS.has((node["function"] as { function_name?: string }).function_name ?? "");
      case "SHOW_REF":
      case "PIVOT":
        return false;
      default:
        return true;
    }
  });
  if (!isPure) return undefined;
  for (const name of defined) named.delete(name);
  return named;
}

type Node = Readonly<Record<string, unknown>>;

/** Visits every object of the tree; false as soon as `accept` is. */
function visit(value: unknown, accept: (node: Node) => boolean): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every((element) => visit(element, accept));
  return accept(value as Node) && Object.values(value).every((member) => visit(member, accept));
}

function cteNames(map: unknown): string[] {
  const entries = (map as { map?: readonly { key?: unknown }[] }).map ?? [];
  return entries.map(({ key }) => String(key).toLowerCase());
}
