// Generated inputs, made once under bench/.data and kept: the name says kind, size and seed.
import { closeSync, existsSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { generate } from "../generate.mjs";
import { data } from "./paths.mjs";

/** A file of `events` generated events; returns its path, bytes and events. */
export function input(kind, events, seed = 1) {
  const path = join(data, `${kind}-${events}-${seed}.log`);
  if (!existsSync(path)) {
    process.stderr.write(`generating ${path.split("/").at(-1)}\n`);
    const file = openSync(`${path}.part`, "w");
    for (const chunk of generate(kind, { events, seed })) writeWhole(file, chunk);
    closeSync(file);
    renameSync(`${path}.part`, path);
  }
  return { path, bytes: statSync(path).size, events };
}

function writeWhole(file, chunk) {
  for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
}
