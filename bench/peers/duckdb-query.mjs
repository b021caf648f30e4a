#!/usr/bin/env node
// One SQL statement by DuckDB in its own process, rows as NDJSON: duckdb-query.mjs 'SQL'
import { DuckDBInstance } from "@duckdb/node-api";

const connection = await (await DuckDBInstance.create()).connect();
const reader = await connection.runAndReadAll(process.argv[2]);
for (const row of reader.getRowObjectsJson()) process.stdout.write(`${JSON.stringify(row)}\n`);
process.exit(0);
