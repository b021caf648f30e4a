// Prints contests as tables and keeps them under bench/results with the machine named neutrally.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { results, root } from "./paths.mjs";

/** What the numbers were measured on, without a name of host or user. */
export function machine() {
  const [cpu] = cpus();
  return {
    cpu: cpu.model.replace(/\s+/g, " ").trim(),
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    node: process.version,
    kernel: `Linux ${release().replace(/^(\d+\.\d+).*$/, "$1")}`,
    commit: commit(),
  };
}

/** A contest, or a sheet `{title, columns, rows}`, as a Markdown table. */
export function table(result) {
  return result.columns === undefined ? contestTable(result) : sheetTable(result);
}

function sheetTable({ title, columns, rows }) {
  const lines = [columns, ["---", ...columns.slice(1).map(() => "--:")], ...rows];
  return `### ${title}\n\n${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

/** The last column is the row's time over ours. */
function contestTable({ title, rounds, bytes, events, rows, skipped }) {
  const size =
    bytes === undefined ? "" : ` (${(bytes / 1e6).toFixed(0)} MB, ${events.toLocaleString("en-US")} events)`;
  const head =
    "| contender | median s | min s | max s | CPU s | MB/s in | events/s | peak RSS MB | output MB | time / ours |";
  const lines = rows.map((row) => {
    const ratio = row === rows[0] ? "1" : (row.wallSeconds / rows[0].wallSeconds).toFixed(2);
    const cells = [
      row.name,
      row.wallSeconds.toFixed(3),
      row.leastSeconds.toFixed(3),
      row.mostSeconds.toFixed(3),
      fixed(row.cpuSeconds, 2),
      fixed(row.mbPerSecond, 0),
      row.eventsPerSecond === undefined ? "" : Math.round(row.eventsPerSecond).toLocaleString("en-US"),
      fixed(row.rssMb, 0),
      fixed(row.outputMb, 1),
      ratio,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const note = skipped.length === 0 ? "" : `\nSkipped here: ${skipped.join(", ")}.\n`;
  return `### ${title}${size}, ${rounds} rounds\n\n${head}\n|---|${"--:|".repeat(9)}\n${lines.join("\n")}\n${note}`;
}

/** Writes `bench/results/<date>-<scenario>.md` and `.json`; returns the Markdown path. */
export function record(scenario, contests) {
  mkdirSync(results, { recursive: true });
  const date = new Date().toISOString().slice(0, 10);
  const host = machine();
  const path = join(results, `${date}-${scenario}`);
  const facts = `${host.cpu}, ${host.cores} cores, ${host.memoryGb} GB, Node ${host.node}, ${host.kernel}, commit ${host.commit}`;
  const text = `# ${scenario}, ${date}\n\n${facts}. Contenders ran in turn; output went to /dev/null once answers agreed.\n\n`;
  writeFileSync(`${path}.md`, text + contests.map(table).join("\n"));
  writeFileSync(`${path}.json`, `${JSON.stringify({ scenario, date, machine: host, contests }, null, 2)}\n`);
  return `${path}.md`;
}

function fixed(value, digits) {
  return value === undefined ? "" : value.toFixed(digits);
}

function commit() {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
    })
      .toString()
      .trim();
  } catch {
    return "unknown";
  }
}
