// One trace_id in a store of many files: wall time with process start, and how much of the store is read for it.
import { spawnSync } from "node:child_process";
import { needleStore, traceSql } from "../lib/needle-store.mjs";
import { logpipe, peer } from "../lib/paths.mjs";
import { parquetMb } from "../lib/store.mjs";

const FULL = { files: 500, rowsAFile: 100_000 };
const USUAL = { files: 100, rowsAFile: 20_000 };
const QUICK = { files: 20, rowsAFile: 10_000 };

export async function needle({ isQuick, isFull }) {
  const size = isQuick ? QUICK : isFull ? FULL : USUAL;
  const store = await needleStore(size);
  const rows = size.files * size.rowsAFile;
  const trace = peerAnswer(`SELECT ${traceSql(Math.floor(rows * 0.6))} AS id`).id;
  const sql = (table) =>
    `SELECT level, service, host, span_id, message, status::INT AS status, latency_ms, path, user_id::INT AS user_id FROM ${table} WHERE trace_id = '${trace}' ORDER BY span_id`;
  const command = `${logpipe} query "${sql("logs")}" --store ${store} --to ndjson`;
  const idle = bytesRead(`${logpipe} query "SELECT 1" --store ${store} --to ndjson`);
  const readMb = (bytesRead(command) - idle) / 1e6;
  const wholeMb = parquetMb(store);
  const share = `${readMb.toFixed(1)} MB of ${wholeMb.toFixed(0)} MB read (${((100 * readMb) / wholeMb).toFixed(2)}%)`;
  return [
    {
      title: `one trace_id among ${rows.toLocaleString("en-US")} rows in ${size.files} files, ${share}`,
      contenders: [
        { name: "logpipe query", command, prints: true },
        {
          name: "DuckDB on the same files",
          command: `${peer("duckdb-query")} "${sql(`'${store}/logs/*/*.parquet'`)}"`,
          prints: true,
        },
      ],
    },
  ];
}

/**
 * Bytes that the command's processes read by system calls: `rchar` of proc(5), which a shell inherits from its
 * children.
 */
function bytesRead(command) {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", `${command} > /dev/null && cat /proc/$$/io`]);
  if (status !== 0) throw new Error(`${command}\n  failed: ${String(stderr).slice(-600)}`);
  return Number(/^rchar: (\d+)$/m.exec(String(stdout))[1]);
}

function peerAnswer(sql) {
  const { stdout } = spawnSync("sh", ["-c", `${peer("duckdb-query")} "${sql}"`]);
  return JSON.parse(String(stdout).split("\n")[0]);
}
