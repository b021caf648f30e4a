/** DuckDB's syntax tree of a statement as JSON, and back. */
import { literal } from "../../store/columns/names.js";
import type { QuerySession } from "../session.js";
import type { StatementNode } from "./scope.js";

/** The value of a constant SQL expression, as text. */
export type Ask = (expression: string) => Promise<string>;

export function askOf({ connection }: QuerySession): Ask {
  return async (expression) =>
    String((await connection.runAndReadAll(`SELECT ${expression}`)).getRowsJS()[0]![0]);
}

/** The node of a SELECT; undefined for any other statement and for what is no SQL. */
export async function selectTree(ask: Ask, sql: string): Promise<StatementNode | undefined> {
  const text = await ask(`json_serialize_sql(${literal(sql)})`);
  const tree = JSON.parse(withLongNumbersHidden(text)) as {
    readonly error?: boolean;
    readonly statements?: readonly { readonly node?: StatementNode }[];
  };
  return tree.error === false && tree.statements?.length === 1 ? tree.statements[0]!.node : undefined;
}

/** The SQL of a SELECT, on one line. */
export async function sqlOfTree(ask: Ask, node: StatementNode): Promise<string> {
  const tree = { error: false, statements: [{ node, named_param_map: [] }] };
  const json = JSON.stringify(tree).replace(/"\u2063(-?\d+)"/g, "$1");
  return ask(`json_deserialize_sql(${literal(json)})`);
}

/** JSON.parse would round whole numbers beyond 2^53. */
function withLongNumbersHidden(json: string): string {
  return json.replace(/("\w+":\s?)(-?\d{16,})(?=[,}\s])/g, '$1"\u2063$2"');
}
