#!/usr/bin/env node
// DuckDB's own NDJSON to zstd Parquet, in its own process: duckdb-copy.mjs IN OUT known|inspect
// `known` is told the columns (the fastest DuckDB can be); `inspect` looks at every line for the schema first.
import { DuckDBInstance } from "@duckdb/node-api";

const [input, output, mode] = process.argv.slice(2);
const columns = `{timestamp: 'TIMESTAMP', level: 'VARCHAR', service: 'VARCHAR', host: 'VARCHAR', trace_id: 'VARCHAR',
  span_id: 'VARCHAR', message: 'VARCHAR', status: 'BIGINT', latency_ms: 'DOUBLE', path: 'VARCHAR', user_id: 'BIGINT', tags: 'JSON'}`;
const reader = mode === "known" ? `columns = ${columns}` : "sample_size = -1";

const connection = await (await DuckDBInstance.create()).connect();
await connection.run(
  `COPY (FROM read_json('${input}', format = 'newline_delimited', ${reader})) TO '${output}' (FORMAT parquet, COMPRESSION zstd)`,
);
const rows = await connection.runAndReadAll(`SELECT count(*) FROM '${output}'`);
process.stdout.write(`${rows.getRows()[0][0]}\n`);
process.exit(0);
