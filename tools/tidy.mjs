// The house's own rules, each a function that returns sentences saying what is wrong and what to do.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const MAX_LINES = 350;
const MARKS = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"];
const RANKS = { base: 0, event: 1, kernel: 1, sketch: 1, format: 2, expression: 2, options: 2, stage: 3 };
const FRIENDS = { query: ["table", "wal"], table: ["wal"], sink: ["table", "wal"] };
const ENTRY_POINTS = ["src/main.ts", "src/worker.ts", "src/program-terminal.ts", "src/query-process.ts"];
const COMMANDS_RANK = 5;
const ROOT_RANK = 6;

/** All rules by name: `{ name: async (root) => sentences }`. */
export const RULES = {
  "imports keep to the ranks": importRanks,
  [`files have at most ${MAX_LINES} lines`]: fileLengths,
  "no marks of unfinished work": unfinishedMarks,
  "only the entry points read process": processReaders,
  "every error code is thrown somewhere": unusedErrors,
  "links in documents lead somewhere": deadLinks,
  "every command has examples, a page and a test folder": commandParts,
};

/** Files below `directory` whose name ends with one of `endings`, as paths from the root. */
export function filesOf(root, directory, endings) {
  const start = join(root, directory);
  if (!existsSync(start)) return [];
  if (statSync(start).isFile()) return [directory];
  return readdirSync(start, { recursive: true, encoding: "utf8" })
    .map((path) => join(directory, path))
    .filter(
      (path) =>
        endings.some((ending) => path.endsWith(ending)) && !/(^|\/)(node_modules|dist|\.data)\//.test(path),
    )
    .sort();
}

function importRanks(root) {
  const wrong = [];
  for (const file of filesOf(root, "src", [".ts"])) {
    if (file.includes("/kernel/assembly/")) continue;
    for (const target of importsOf(root, file)) {
      const sentence = importFault(file, target);
      if (sentence !== undefined) wrong.push(sentence);
    }
  }
  return wrong;
}

/** Relative imports, static and dynamic, as paths from the root. */
function importsOf(root, file) {
  const text = readFileSync(join(root, file), "utf8");
  const targets = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)"(\.[^"]+)"/g);
  return [...targets].map(([, target]) => normalize(join(dirname(file), target)).replace(/\.js$/, ".ts"));
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

function fileLengths(root) {
  const files = ["src", "test", "tools", "bench", "bin"].flatMap((directory) =>
    filesOf(root, directory, [".ts", ".mjs"]),
  );
  return files.flatMap((file) => {
    const lines = readFileSync(join(root, file), "utf8").split("\n").length - 1;
    if (lines <= MAX_LINES) return [];
    return [`${file} has ${lines} lines: split it by what it does, into files of 50 to 200 lines`];
  });
}

function unfinishedMarks(root) {
  const files = ["src", "test", "tools", "bench", "bin", "docs", "README.md", "CONTRIBUTING.md"].flatMap(
    (directory) => filesOf(root, directory, [".ts", ".mjs", ".md", ".case"]),
  );
  const mark = new RegExp(`\\b(${MARKS.join("|")})\\b`);
  return files.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, index) => {
        const found = mark.exec(line);
        return found === null
          ? []
          : [`${file}:${index + 1} says ${found[1]}: do it now or open an issue and take the mark out`];
      }),
  );
}

function processReaders(root) {
  return filesOf(root, "src", [".ts"]).flatMap((file) => {
    if (ENTRY_POINTS.includes(file) || file.startsWith("src/process/")) return [];
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    const at = lines.findIndex(
      (line) =>
        /(?<![\w."'`])process\.(argv|env|exit|exitCode|stdin|stdout|stderr|cwd|on)\b/.test(line) &&
        !/^\s*(\/\/|\*)/.test(line),
    );
    return at < 0 ? [] : [`${file}:${at + 1} reads process: take what it needs from the Terminal`];
  });
}

async function unusedErrors(root) {
  const { CATALOGUE } = await import(pathToFileURL(join(root, "dist/lib/base/errors/index.js")).href);
  const text = filesOf(root, "src", [".ts"])
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n");
  return Object.keys(CATALOGUE)
    .filter((code) => text.split(`"${code}"`).length <= 2)
    .map((code) => `error ${code} is declared but never made: use it or take it out of the catalogue`);
}

function deadLinks(root) {
  const files = [...filesOf(root, "docs", [".md"]), "README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
  return files
    .filter((file) => existsSync(join(root, file)))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8")
        .replace(/^```[\s\S]*?^```/gm, "")
        .replace(/`[^`\n]*`/g, "");
      const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target);
      return targets
        .filter(
          (target) =>
            !/^[a-z]+:/.test(target) && !existsSync(resolve(root, dirname(file), decodeURI(target))),
        )
        .map((target) => `${file} links to ${target}, which is not there: correct the path`);
    });
}

async function commandParts(root) {
  const { COMMANDS, registry } = await import(pathToFileURL(join(root, "dist/commands/registry.js")).href);
  const wrong = [];
  for (const declaration of await registry.loadAll()) {
    const { name, summary, examples } = declaration;
    if (examples.length === 0) wrong.push(`${name} has no example: give ${sourceOf(name)} at least one`);
    if (COMMANDS[name]?.summary !== summary) {
      wrong.push(
        `the summary of ${name} differs between ${sourceOf(name)} and registry.ts: make them the same`,
      );
    }
    const folder = name.replaceAll(" ", "-");
    const page = `docs/commands/${folder}.md`;
    if (!existsSync(join(root, page))) wrong.push(`${name} has no page ${page}: run "npm run docs"`);
    const cases = filesOf(root, `test/commands/${folder}`, [".case", ".test.ts"]);
    if (cases.length === 0)
      wrong.push(`${name} has no test: write test/commands/${folder}/WHAT-IT-SHOWS.case`);
  }
  const sources = new Set([...Object.keys(COMMANDS).map(sourceOf), "src/commands/registry.ts"]);
  const strays = filesOf(root, "src/commands", [".ts"]).filter((file) => !sources.has(file));
  return [...wrong, ...strays.map((file) => `${file} is not in registry.ts: add its line`)];
}

/** Where the declaration of a command stands: "store info" in src/commands/store/info.ts. */
function sourceOf(name) {
  return `src/commands/${name.replaceAll(" ", "/")}.ts`;
}
