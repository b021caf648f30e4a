// Reads series and labels as the Numenta Anomaly Benchmark lays them out: data/FOLDER/NAME.csv,
// labels/combined_windows.json.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { windowRows } from "./scoring.mjs";

/** All series under `directory` that have labels, in the order of their names. */
export function readCorpus(directory) {
  const labels = JSON.parse(readFileSync(join(directory, "labels", "combined_windows.json"), "utf8"));
  return csvFiles(join(directory, "data"), "")
    .filter((name) => Object.hasOwn(labels, name))
    .map((name) => readSeries(directory, name, labels[name]));
}

function csvFiles(root, folder) {
  return readdirSync(join(root, folder))
    .sort()
    .flatMap((entry) => {
      const path = folder === "" ? entry : `${folder}/${entry}`;
      if (statSync(join(root, path)).isDirectory()) return csvFiles(root, path);
      return entry.endsWith(".csv") ? [path] : [];
    });
}

function readSeries(directory, name, labelled) {
  const [, ...lines] = readFileSync(join(directory, "data", name), "utf8")
    .trimEnd()
    .split(/\r?\n/);
  const times = lines.map((line) => line.slice(0, line.indexOf(",")));
  const values = Float64Array.from(lines, (line) => Number(line.slice(line.indexOf(",") + 1)));
  const timesMs = Float64Array.from(times, (time) => Date.parse(`${time.replace(" ", "T")}Z`));
  return { name, folder: name.split("/")[0], times, timesMs, values, windows: windowRows(times, labelled) };
}
