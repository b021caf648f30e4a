// NDJSON in, a part of it out: sampled, without repeats, in order.
import { input } from "../lib/inputs.mjs";
import { logpipe } from "../lib/paths.mjs";

export function select({ scale }) {
  const { path, bytes, events } = input("app", 1_000_000 * scale);
  const from = `< ${path}`;
  const contest = (title, contenders) => ({
    title,
    bytes,
    events,
    contenders: contenders.map((contender) => ({ prints: true, ...contender })),
  });
  return [
    contest("a tenth of the traces", [
      {
        name: "logpipe sample --rate 10% --by trace_id",
        command: `${logpipe} sample --rate 10% --by trace_id --no-keep-errors ${from}`,
      },
    ]),
    contest("whole lines without repeats", [
      { name: "logpipe dedupe", command: `${logpipe} dedupe ${from}` },
      { name: "awk '!seen[$0]++'", command: `awk '!seen[$0]++' ${from}`, needs: "awk" },
    ]),
    contest("the first of each message a service", [
      {
        name: "logpipe dedupe --by service,message --within 3650d",
        command: `${logpipe} dedupe --by service,message --within 3650d ${from}`,
      },
      {
        name: "mlr head -n 1 -g",
        command: `mlr --ijsonl --ojsonl head -n 1 -g service,message ${from}`,
        needs: "mlr",
      },
    ]),
    contest("by time, all of it", [
      { name: "logpipe sort", command: `${logpipe} sort ${from}` },
      { name: "logpipe sort --buffer 5s", command: `${logpipe} sort --buffer 5s ${from}` },
      { name: "GNU sort, as text", command: `LC_ALL=C sort -s -t , -k 1,1 ${from}`, needs: "sort" },
      { name: "mlr sort -c", command: `mlr --ijsonl --ojsonl sort -c timestamp ${from}`, needs: "mlr" },
    ]),
    contest("by a number", [
      { name: "logpipe sort --by latency_ms", command: `${logpipe} sort --by latency_ms ${from}` },
      { name: "mlr sort -nf", command: `mlr --ijsonl --ojsonl sort -nf latency_ms ${from}`, needs: "mlr" },
    ]),
  ];
}
