// What is unusual in application logs: one job for each thing that can be watched.
import { input } from "../lib/inputs.mjs";
import { logpipe } from "../lib/paths.mjs";

const JOBS = {
  "values, method auto": "--value latency_ms --by service",
  "values, method mad": "--value latency_ms --by service --method mad",
  "values, 10,000 groups": "--value latency_ms --by user_id --max-groups 10000",
  "events per second": "--every 1s --by service",
  "silence and new values": "--silence --new level --by service",
};

export function detect({ scale }) {
  const { path, bytes, events } = input("app", 1_000_000 * scale);
  return Object.entries(JOBS).map(([title, options]) => ({
    title: `anomalies: ${title}`,
    bytes,
    events,
    contenders: [
      { name: `logpipe detect ${options}`, command: `${logpipe} detect ${options} < ${path}`, prints: true },
    ],
  }));
}
