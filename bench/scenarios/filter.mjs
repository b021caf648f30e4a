// NDJSON in, the events for which something holds out.
import { input } from "../lib/inputs.mjs";
import { logpipe, peer } from "../lib/paths.mjs";

export function filter({ scale }) {
  const { path, bytes, events } = input("app", 1_000_000 * scale);
  const from = `< ${path}`;
  const contest = (title, contenders) => ({
    title,
    bytes,
    events,
    contenders: contenders.map((contender) => ({ prints: true, ...contender })),
  });
  return [
    contest("two conditions on fields", [
      {
        name: `logpipe filter 'level == "error" && latency_ms > 200'`,
        command: `${logpipe} filter 'level == "error" && latency_ms > 200' ${from}`,
      },
      {
        name: "jq select",
        command: `jq -c 'select(.level == "error" and .latency_ms > 200)' ${from}`,
        needs: "jq",
      },
      {
        name: "mlr filter",
        command: `mlr --ijsonl --ojsonl filter '$level == "error" && $latency_ms > 200' ${from}`,
        needs: "mlr",
      },
      { name: "readline + JSON.parse", command: `${peer("readline-filter")} ${from}` },
    ]),
    contest("a text that few lines hold", [
      { name: "logpipe filter --grep", command: `${logpipe} filter --grep 'feature flag' ${from}` },
      { name: "grep -F", command: `grep -F 'feature flag' ${from}`, needs: "grep" },
    ]),
    contest("an expression alone, in one thread", [
      {
        name: "our compiler",
        command: `${peer("evaluate")} ours 'level == "error" && latency_ms > 200' ${from}`,
      },
      {
        name: "JSON.parse and cel-js",
        command: `${peer("evaluate")} cel-js 'level == "error" && latency_ms > 200' ${from}`,
      },
    ]),
    contest("levels, and a pattern in a field", [
      {
        name: "logpipe filter --level warn+",
        command: `${logpipe} filter --level warn+ 'message.matches("^slow query on (orders|users)")' ${from}`,
      },
      {
        name: "jq test",
        command: `jq -c 'select((.level | IN("warn","error","fatal")) and (.message | test("^slow query on (orders|users)")))' ${from}`,
        needs: "jq",
      },
    ]),
  ];
}
