// NDJSON in, one field set, NDJSON out.
import { input } from "../lib/inputs.mjs";
import { logpipe, peer } from "../lib/paths.mjs";

export function passthrough({ scale }) {
  const { path, bytes, events } = input("app", 1_000_000 * scale);
  const from = `< ${path}`;
  return [
    {
      title: "NDJSON, one field set, NDJSON",
      bytes,
      events,
      contenders: [
        {
          name: "logpipe enrich --set env=prod",
          command: `${logpipe} enrich --set env=prod ${from}`,
          prints: true,
        },
        { name: "jq -c '.env=\"prod\"'", command: `jq -c '.env="prod"' ${from}`, prints: true, needs: "jq" },
        {
          name: "mlr put",
          command: `mlr --ijsonl --ojsonl put '$env="prod"' ${from}`,
          prints: true,
          needs: "mlr",
        },
        {
          name: "readline + JSON.parse + JSON.stringify",
          command: `${peer("readline-set")} ${from}`,
          prints: true,
        },
      ],
    },
  ];
}
