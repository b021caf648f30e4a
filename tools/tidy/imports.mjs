// Which module may import which.
import { importsOf, modulesOf } from "./files.mjs";

/**
 * The house from the ground up. A file imports its own room and lower floors; rooms of one floor do not import each
 * other, and meet in src/commands or in the floors above them. A room is the longest of these that a path begins with;
 * `x/*`: each folder of x is one.
 */
const FLOORS = [
  ["base"],
  ["json", "kernel"],
  ["event", "sketch"],
  ["format"],
  ["expression", "options"],
  ["pipeline/contract"],
  ["terminal"],
  ["chart"],
  ["store/duckdb", "store/storage", "store/wal"],
  ["journal"],
  ["store/columns"],
  ["store/delta"],
  ["store/parquet"],
  ["store/quarantine", "store/read"],
  ["store/write"],
  ["store/maintain"],
  ["store/inspect"],
  ["query"],
  ["stages/common", "sources/bytes"],
  ["sources/lines"],
  ["sources/decode"],
  ["sources/identity"],
  ["sources/files"],
  ["sources/checkpoint"],
  ["stages/*", "sinks/*"],
  ["sources/*"],
  ["pipeline/chain"],
  ["pipeline/delivery"],
  ["pipeline/*"],
  ["pipeline/run"],
  ["checks", "show", "testing"],
  ["commands"],
];
const TOP = FLOORS.length;

/** Sentences about imports of what stands higher, or beside, and about folders that no floor knows. */
export function importRanks(root) {
  const wrong = [];
  for (const file of modulesOf(root)) {
    if (homeOf(file) === undefined) {
      wrong.push(`${file} is in no room: put its folder on a floor in tools/tidy/imports.mjs`);
      continue;
    }
    for (const target of importsOf(root, file)) {
      const sentence = importFault(file, target);
      if (sentence !== undefined) wrong.push(sentence);
    }
  }
  return wrong;
}

function importFault(file, target) {
  const from = homeOf(file);
  const to = homeOf(target);
  if (to === undefined || from.room === to.room || to.floor < from.floor) return undefined;
  if (to.floor > from.floor) {
    const advice = "move what is shared down, or hand it in as an argument";
    return `${file} imports ${target}, which is on a higher floor (${to.room}): ${advice}`;
  }
  const advice = "let them meet in src/commands or src/lib/pipeline/run, through src/lib/pipeline/contract";
  return `${file} imports ${target}: ${from.room} and ${to.room} stand side by side; ${advice}`;
}

/** The room of a file and its floor; undefined: none is known. */
function homeOf(path) {
  const place = path.replace(/^src\/(lib\/)?/, "");
  if (!path.startsWith("src/lib/") && !path.startsWith("src/commands/")) return { room: "src", floor: TOP };
  const parts = place.split("/");
  for (let depth = parts.length - 1; depth > 0; depth--) {
    const room = parts.slice(0, depth).join("/");
    const wild = [...parts.slice(0, depth - 1), "*"].join("/");
    const floor = floorOf(room) ?? floorOf(wild);
    if (floor !== undefined) return { room, floor };
  }
  return undefined;
}

function floorOf(name) {
  const floor = FLOORS.findIndex((rooms) => rooms.includes(name));
  return floor < 0 ? undefined : floor;
}

/** Sentences about modules that import each other, however long the way round. */
export function importCycles(root) {
  const targets = new Map(modulesOf(root).map((file) => [file, importsOf(root, file)]));
  const state = new Map();
  const way = [];
  const wrong = [];
  const visit = (file) => {
    state.set(file, "open");
    way.push(file);
    for (const target of targets.get(file)) {
      if (!targets.has(target)) continue;
      if (state.get(target) === "open") {
        const round = [...way.slice(way.indexOf(target)), target].join(" -> ");
        wrong.push(`${round}: put what both need in a file that imports neither, or hand it in`);
      } else if (!state.has(target)) visit(target);
    }
    way.pop();
    state.set(file, "done");
  };
  for (const file of targets.keys()) if (!state.has(file)) visit(file);
  return wrong;
}
