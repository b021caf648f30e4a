// Planning over a table of very many files: a fresh process reads what the log says and leaves out all files but none.
import { storeOfFiles } from "../lib/log-of-files.mjs";
import { logpipe } from "../lib/paths.mjs";

const WHERES = {
  "by time": "timestamp >= '2030-01-01'",
  "by statistics of a column": "service = 'nobody'",
};

export function plan({ isQuick }) {
  const files = isQuick ? 10_000 : 100_000;
  const [many, one] = [storeOfFiles(files), storeOfFiles(1)];
  const command = (store, where) =>
    `${logpipe} query "SELECT count(*)::INT AS n FROM logs WHERE ${where}" --store ${store} --to ndjson`;
  return Object.entries(WHERES).map(([name, where]) => ({
    title: `plan ${files.toLocaleString("en-US")} files ${name}, none of which is read`,
    contenders: [
      { name: `${files.toLocaleString("en-US")} files`, command: command(many, where), prints: true },
      { name: "1 file", command: command(one, where), prints: true },
    ],
  }));
}
