// Peak RSS of parse and sink at 100 MB and, with --full, at 5 GB: flat means equal. The input is one generated file
// given to `cat` as often as it takes.
import { input } from "../lib/inputs.mjs";
import { logpipe } from "../lib/paths.mjs";
import { removeStore, storePath } from "../lib/store.mjs";

export function memory({ isFull, isQuick }) {
  const sizes = isFull ? [100e6, 5e9] : [isQuick ? 20e6 : 100e6];
  return sizes.flatMap((bytes) => [
    at("parse", "nginx", `${logpipe} parse -f combined`, bytes),
    at("sink", "app", `${logpipe} sink ${storePath}`, bytes, removeStore),
  ]);
}

function at(name, kind, command, wantedBytes, before) {
  const file = input(kind, 100_000);
  const times = Math.max(1, Math.round(wantedBytes / file.bytes));
  const files = Array(times).fill(file.path).join(" ");
  return {
    title: `peak memory of ${name} at ${wantedBytes / 1e6} MB`,
    rounds: 1,
    bytes: file.bytes * times,
    events: file.events * times,
    isWarm: true,
    contenders: [
      {
        name: `logpipe ${name}`,
        command: `cat ${files} | ${command}`,
        ...(before === undefined ? {} : { before }),
      },
    ],
  };
}
