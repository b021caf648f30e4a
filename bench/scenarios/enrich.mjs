// Look-ups, computed fields and what is read out of texts. NDJSON in, NDJSON out.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { input } from "../lib/inputs.mjs";
import { data, logpipe } from "../lib/paths.mjs";

const USERS = 100_000;
const PLANS = ["free", "free", "free", "pro", "team"];

export function enrich({ scale }) {
  const { path, bytes, events } = input("app", 1_000_000 * scale);
  const { csv, index } = users();
  const from = `< ${path}`;
  const lookup = `'${csv} on user_id'`;
  return [
    {
      title: `look-up of ${USERS} rows, all found`,
      bytes,
      events,
      contenders: [
        {
          name: "logpipe enrich --lookup",
          command: `${logpipe} enrich --lookup ${lookup} ${from}`,
          prints: true,
        },
        {
          name: "mlr join",
          command: `mlr --ijsonl --ojsonl join -i csv -j user_id --ur -f ${csv} ${from}`,
          prints: true,
          needs: "mlr",
        },
        {
          name: "jq with an object of all rows",
          command: `jq -c --slurpfile users ${index} '. + ($users[0][.user_id | tostring] // {})' ${from}`,
          prints: true,
          needs: "jq",
        },
      ],
    },
    {
      title: "a computed field",
      bytes,
      events,
      contenders: [
        {
          name: "logpipe enrich --set 'slow=latency_ms > 500'",
          command: `${logpipe} enrich --set 'slow=latency_ms > 500' ${from}`,
          prints: true,
        },
        {
          name: "mlr put '$slow = $latency_ms > 500'",
          command: `mlr --ijsonl --ojsonl put '$slow = $latency_ms > 500' ${from}`,
          prints: true,
          needs: "mlr",
        },
        {
          name: "jq '.slow = (.latency_ms > 500)'",
          command: `jq -c '.slow = (.latency_ms > 500)' ${from}`,
          prints: true,
          needs: "jq",
        },
      ],
    },
    {
      title: "a field renamed, two dropped",
      bytes,
      events,
      contenders: [
        {
          name: "logpipe enrich --rename --drop",
          command: `${logpipe} enrich --rename service=app --drop trace_id,span_id ${from}`,
          prints: true,
        },
        {
          name: "mlr rename then cut",
          command: `mlr --ijsonl --ojsonl rename service,app then cut -x -f trace_id,span_id ${from}`,
          prints: true,
          needs: "mlr",
        },
      ],
    },
  ];
}

/** The table as CSV, and as one JSON object for jq. */
function users() {
  const csv = join(data, `users-${USERS}.csv`);
  const index = join(data, `users-${USERS}.json`);
  if (!existsSync(csv) || !existsSync(index)) {
    const rows = Array.from({ length: USERS }, (_, n) => ({
      user_id: 1_000_000 + n,
      user_name: `User ${n}`,
      plan: PLANS[n % PLANS.length],
    }));
    const lines = rows.map((row) => Object.values(row).join(","));
    writeFileSync(csv, `user_id,user_name,plan\n${lines.join("\n")}\n`);
    const entries = rows.map(({ user_id, ...rest }) => [user_id, rest]);
    writeFileSync(index, JSON.stringify(Object.fromEntries(entries)));
  }
  return { csv, index };
}
