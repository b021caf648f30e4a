// Secrets and personal data out of NDJSON, all default detectors on.
import { input } from "../lib/inputs.mjs";
import { logpipe, peer } from "../lib/paths.mjs";

export function redact({ scale }) {
  const { path, bytes, events } = input("app", 1_000_000 * scale);
  const from = `< ${path}`;
  return [
    {
      title: "redact NDJSON, all default detectors",
      bytes,
      events,
      contenders: [
        { name: "logpipe redact", command: `${logpipe} redact ${from}` },
        {
          name: "logpipe redact, no addresses",
          command: `${logpipe} redact --detect default,-ip ${from}`,
        },
        {
          name: "Node, seven regular expressions on each line",
          command: `${peer("regex-redact")} ${from}`,
        },
      ],
    },
  ];
}
