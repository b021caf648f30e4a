// Where the benchmark's things are.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const data = join(root, "bench/.data");
export const results = join(root, "bench/results");
export const logpipe = join(root, "bin/logpipe");
export const peer = (name) => `node ${join(root, "bench/peers", `${name}.mjs`)}`;

mkdirSync(data, { recursive: true });
