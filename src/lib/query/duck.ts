/** DuckDB, loaded only when a query runs: its shared library costs 50 ms and 30 MB to start. */
import { createRequire } from "node:module";
import type * as Bindings from "@duckdb/node-bindings";
import { loadDuckdb } from "../store/duckdb/duckdb.js";

export type { DuckDBConnection, DuckDBDataChunk, DuckDBResult, DuckDBType } from "@duckdb/node-api";
export type { Vector } from "@duckdb/node-bindings";

export interface Duck {
  readonly api: ReturnType<typeof loadDuckdb>;
  /** The C interface below `api`: bytes of a vector without one object a value. */
  readonly bindings: typeof Bindings.default;
}

export async function loadDuck(): Promise<Duck> {
  const bindings: typeof Bindings.default = createRequire(import.meta.url)("@duckdb/node-bindings");
  return { api: loadDuckdb(), bindings };
}
