// Planning a query over a table of 100,000 files: the log (from its snapshot cache), the query, the choice of files.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { logOfFiles } from "../lib/log-of-files.mjs";
import { summary } from "../lib/measure.mjs";
import { root } from "../lib/paths.mjs";

const QUERIES = {
  "an hour":
    "SELECT count(*) FROM logs WHERE timestamp >= '2024-02-01 10:00' AND timestamp < '2024-02-01 11:00'",
  "an hour and a service":
    "SELECT count(*) FROM logs WHERE timestamp >= '2024-02-01' AND timestamp < '2024-02-01 01:00' AND service = 'service-05'",
  "a number out of all bounds": "SELECT count(*) FROM logs WHERE status = 700",
  "an id out of all bounds": "SELECT count(*) FROM logs WHERE trace_id = 'x'",
};

export async function plan({ isQuick }) {
  const files = isQuick ? 10_000 : 100_000;
  const store = await logOfFiles(files);
  const measure = () => ({
    columns: ["query for", "median ms", "least ms", "most ms", "files left"],
    rows: Object.entries(QUERIES).map(([name, sql]) => {
      const runs = Array.from({ length: 5 }, () => planOnce(store, sql));
      const { median, least, most } = summary(runs.map(({ milliseconds }) => milliseconds));
      return [name, median.toFixed(0), least.toFixed(0), most.toFixed(0), runs[0].left];
    }),
  });
  return [
    {
      title: `Planning over ${files.toLocaleString("en-US")} files, a new process each time`,
      sheet: measure,
    },
  ];
}

function planOnce(store, sql) {
  const script = join(root, "bench/peers/plan-once.mjs");
  return JSON.parse(execFileSync("node", [script, store, sql], { encoding: "utf8" }));
}
