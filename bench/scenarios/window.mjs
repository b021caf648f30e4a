// Aggregates over windows: 10,000 groups of two fields, and a million groups for the memory they take. DuckDB groups a
// file that is whole, with the columns known; it and Miller are no streams. Their answers are not compared: names
// differ, and estimates are estimates; test/lib/stages/window compares with exact ones.
import { input } from "../lib/inputs.mjs";
import { logpipe, peer } from "../lib/paths.mjs";

const AGG = "count, p99(latency_ms), distinct(user_id)";
const COLUMNS =
  "{timestamp:'TIMESTAMP',service:'VARCHAR',path:'VARCHAR',latency_ms:'DOUBLE',user_id:'VARCHAR'}";

export function window({ scale }) {
  return [ofGroups(scale), ofManyGroups(scale)];
}

function ofGroups(scale) {
  const { path, bytes, events } = input("groups", 1_000_000 * scale);
  const sql = `SELECT date_trunc('hour', timestamp) AS w, service, path, count(*) AS n, approx_quantile(latency_ms, 0.99) AS p99, approx_count_distinct(user_id) AS users FROM read_json('${path}', format='newline_delimited', columns=${COLUMNS}) GROUP BY ALL`;
  return {
    title: "count, p99, distinct by two fields, 10,000 groups, windows of an hour",
    bytes,
    events,
    contenders: [
      {
        name: "logpipe window 1h",
        command: `${logpipe} window 1h --by service,path --agg '${AGG}' ${path}`,
        prints: true,
      },
      { name: "DuckDB GROUP BY on the file", command: `${peer("duckdb-query")} "${sql}"` },
      {
        name: "mlr stats1 (no distinct)",
        command: `mlr --ijsonl --ojsonl stats1 -a count,p99 -f latency_ms -g service,path ${path}`,
        needs: "mlr",
      },
    ],
  };
}

function ofManyGroups(scale) {
  const { path, bytes, events } = input("manyGroups", 1_200_000 * scale);
  return {
    title: "a million groups: time and memory",
    rounds: 1,
    bytes,
    events,
    contenders: [
      {
        name: "logpipe window 1d --max-groups 2000000",
        command: `${logpipe} window 1d --by service,path --agg '${AGG}' --max-groups 2000000 --memory 2GB ${path}`,
        prints: true,
      },
    ],
  };
}
