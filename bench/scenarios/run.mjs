// The same three stages fused in one process and as three processes in a shell pipe.
import { input } from "../lib/inputs.mjs";
import { logpipe } from "../lib/paths.mjs";
import { nginxFacts, parquetMb, removeStore, storePath } from "../lib/store.mjs";

export function run({ scale }) {
  const { path, bytes, events } = input("nginx", 1_000_000 * scale);
  const stored = {
    before: removeStore,
    answer: () => nginxFacts(`${storePath}/**/*.parquet`),
    size: () => parquetMb(storePath),
  };
  const fused = `${logpipe} run 'parse -f combined | enrich --set env=prod | sink ${storePath}' < ${path}`;
  const piped = `${logpipe} parse -f combined < ${path} | ${logpipe} enrich --set env=prod | ${logpipe} sink ${storePath}`;
  return [
    {
      title: "parse | enrich | sink",
      bytes,
      events,
      contenders: [
        { name: "logpipe run, one process", command: fused, ...stored },
        { name: "three processes in a shell pipe", command: piped, ...stored },
      ],
    },
  ];
}
