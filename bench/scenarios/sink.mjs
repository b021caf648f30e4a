// NDJSON to the store, beside DuckDB's own COPY to zstd Parquet (which syncs nothing and keeps no log).
import { statSync } from "node:fs";
import { join } from "node:path";
import { input } from "../lib/inputs.mjs";
import { data, logpipe, peer } from "../lib/paths.mjs";
import { appFacts, parquetMb, removeStore, storePath } from "../lib/store.mjs";

export function sink({ scale }) {
  const { path, bytes, events } = input("app", 1_000_000 * scale);
  const output = join(data, "copy.parquet");
  const copy = (name, mode) => ({
    name,
    command: `${peer("duckdb-copy")} ${path} ${output} ${mode}`,
    answer: () => appFacts(output),
    size: () => statSync(output).size / 1e6,
  });
  return [
    {
      title: "NDJSON to zstd Parquet",
      bytes,
      events,
      contenders: [
        {
          name: "logpipe sink",
          before: removeStore,
          command: `${logpipe} sink ${storePath} < ${path}`,
          answer: () => appFacts(`${storePath}/**/*.parquet`),
          size: () => parquetMb(storePath),
        },
        copy("DuckDB COPY, columns known", "known"),
        copy("DuckDB COPY, every line inspected", "inspect"),
      ],
    },
  ];
}
