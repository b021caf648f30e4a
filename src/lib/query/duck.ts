/** DuckDB, loaded only when a query runs: its shared library costs 50 ms and 30 MB to start. */
import type * as Api from "@duckdb/node-api";
import type * as Bindings from "@duckdb/node-bindings";

export type { DuckDBConnection, DuckDBDataChunk, DuckDBResult, DuckDBType } from "@duckdb/node-api";
export type { Vector } from "@duckdb/node-bindings";

export interface Duck {
  readonly api: typeof Api;
  /** The C interface below `api`: bytes of a vector without one object a value. */
  readonly bindings: typeof Bindings.default;
}

export async function loadDuck(): Promise<Duck> {
  const [api, bindings] = await Promise.all([import("@duckdb/node-api"), import("@duckdb/node-bindings")]);
  return { api, bindings: bindings.default };
}
