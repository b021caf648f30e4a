// Which module may import which.
import { importsOf, modulesOf } from "./files.mjs";

const RANKS = { base: 0, event: 1, kernel: 1, sketch: 1, format: 2, expression: 2, options: 2, stage: 3 };
const FRIENDS = { query: ["table", "wal"], table: ["wal"], sink: ["table", "wal"] };
const COMMANDS_RANK = 5;
const ROOT_RANK = 6;

/** Sentences about imports of what stands higher, or beside. */
export function importRanks(root) {
  const wrong = [];
  for (const file of modulesOf(root)) {
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
  if (from.folder === to.folder || to.folder === "terminal" || from.folder === "engine") {
    return to.rank > from.rank && to.rank > 4 ? upward(file, target, to) : undefined;
  }
  if (to.rank > from.rank) return upward(file, target, to);
  if (to.rank === 4 && from.rank === 4 && !(FRIENDS[from.folder] ?? []).includes(to.folder)) {
    const advice = "let them meet in src/commands or src/lib/engine, through a contract of src/lib/stage";
    return `${file} imports ${target}: ${from.folder} and ${to.folder} stand side by side; ${advice}`;
  }
  return undefined;
}

function upward(file, target, to) {
  const advice = `move what is shared down, or hand it in as an argument`;
  return `${file} imports ${target}, which is of a higher rank (${to.folder}): ${advice}`;
}

function homeOf(path) {
  const lib = /^src\/lib\/([^/]+)\//.exec(path);
  if (lib !== null) return { folder: lib[1], rank: RANKS[lib[1]] ?? 4 };
  return path.startsWith("src/commands/")
    ? { folder: "commands", rank: COMMANDS_RANK }
    : { folder: "src", rank: ROOT_RANK };
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
