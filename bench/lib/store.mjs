// Looking into what a contender stored, by DuckDB on the Parquet files themselves.
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { data, root } from "./paths.mjs";

export const storePath = join(data, "store");

export function removeStore() {
  rmSync(storePath, { recursive: true, force: true });
}

/** Rows and sums of some columns over Parquet files (a path or a glob): equal only when the same events are in. */
export function appFacts(files) {
  return facts(
    `SELECT count(*)::BIGINT AS n, sum(status)::BIGINT AS statuses, sum(user_id)::BIGINT AS users,
     count(DISTINCT trace_id)::BIGINT AS traces, round(sum(latency_ms))::BIGINT AS latency FROM '${files}'`,
  );
}

/** The same for parsed nginx lines. */
export function nginxFacts(files) {
  return facts(
    `SELECT count(*)::BIGINT AS n, sum(status)::BIGINT AS statuses, sum(bytes)::BIGINT AS bytes,
     count(DISTINCT client_ip)::BIGINT AS clients, count(*) FILTER (env = 'prod')::BIGINT AS set FROM '${files}'`,
  );
}

/** Total size of the Parquet files under a folder, in MB. */
export function parquetMb(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".parquet"));
  return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1e6;
}

function facts(sql) {
  return JSON.parse(
    execFileSync("node", [join(root, "bench/peers/duckdb-query.mjs"), sql], { encoding: "utf8" }),
  );
}
