// GROUP BY over the store, beside DuckDB on the NDJSON and on one Parquet file of its own; process start included.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { input } from "../lib/inputs.mjs";
import { data, logpipe, peer } from "../lib/paths.mjs";
import { removeStore, storePath } from "../lib/store.mjs";

const sqlOver = (table) =>
  `SELECT service, level, count(*)::INT AS n, max(status)::INT AS worst FROM ${table} GROUP BY ALL ORDER BY service, level`;

export function query({ scale }) {
  const { path, bytes, events } = input("app", 1_000_000 * scale);
  const parquet = join(data, "query.parquet");
  execFileSync("sh", ["-c", `${peer("duckdb-copy")} ${path} ${parquet} known > /dev/null`]);
  removeStore();
  execFileSync("sh", ["-c", `${logpipe} sink ${storePath} < ${path}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const columns = "{service: 'VARCHAR', level: 'VARCHAR', status: 'BIGINT'}";
  const ndjson = `read_json('${path}', format = 'newline_delimited', columns = ${columns})`;
  const duckdb = (table) => `${peer("duckdb-query")} "${sqlOver(table)}"`;
  return [
    {
      title: "GROUP BY service, level",
      bytes,
      events,
      contenders: [
        {
          name: "logpipe query",
          command: `${logpipe} query "${sqlOver("logs")}" --store ${storePath} --to ndjson`,
          prints: true,
        },
        { name: "DuckDB on NDJSON", command: duckdb(ndjson), prints: true },
        { name: "DuckDB on one Parquet file", command: duckdb(`'${parquet}'`), prints: true },
      ],
    },
  ];
}
