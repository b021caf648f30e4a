// The house's own rules, each a function that returns sentences saying what is wrong and what to do.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { commandParts } from "./tidy/commands.mjs";
import { filesOf } from "./tidy/files.mjs";
import { exportedNames, folderSizes, MAX_FILES, roomDoors } from "./tidy/house.mjs";
import { importCycles, importRanks } from "./tidy/imports.mjs";
import { deadLinks, namedPages } from "./tidy/links.mjs";

const MAX_LINES = 350;
const MAX_COLUMNS = 120;
const GENERATED = "// Written by `npm run docs`";
const MARKS = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"];
const ENTRY_POINTS = ["src/main.ts", "src/worker.ts", "src/program-terminal.ts", "src/query-process.ts"];

/** All rules by name: `{ name: async (root) => sentences }`. */
export const RULES = {
  "imports keep to the ranks": importRanks,
  "no module imports itself by a way round": importCycles,
  [`folders have at most ${MAX_FILES} files`]: folderSizes,
  "every folder of modules has one door": roomDoors,
  "no two files export one name": exportedNames,
  [`files have at most ${MAX_LINES} lines`]: fileLengths,
  [`comments have at most ${MAX_COLUMNS} columns`]: commentWidths,
  "no marks of unfinished work": unfinishedMarks,
  "tests of other engines are in the long part": engineTests,
  "only the entry points read process": processReaders,
  "no phrases that nobody searches for": unsearchablePhrases,
  "every error code is thrown somewhere": unusedErrors,
  "links in documents lead somewhere, to the heading": deadLinks,
  "pages that help and errors name are there": namedPages,
  "every command has examples, a page and a test folder": commandParts,
};

function fileLengths(root) {
  const files = ["src", "test", "tools", "bench", "bin"].flatMap((directory) =>
    filesOf(root, directory, [".ts", ".mjs"]),
  );
  return files.flatMap((file) => {
    const whole = readFileSync(join(root, file), "utf8");
    if (whole.startsWith(GENERATED)) return [];
    // How many lines imports take is decided by where other files lie.
    const text = whole.replace(/^import [^;]*;\n/gm, "");
    const lines = text.split("\n").length - 1;
    if (lines <= MAX_LINES) return [];
    return [`${file} has ${lines} lines: split it by what it does, into files of 50 to 200 lines`];
  });
}

/** Code is as wide as its formatter makes it; texts and patterns in it have no place to break, nor have examples. */
function commentWidths(root) {
  const files = ["src", "test", "tools", "bench"].flatMap((directory) =>
    filesOf(root, directory, [".ts", ".mjs"]).filter((file) => !file.includes("/kernel/assembly/")),
  );
  return files.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, index) => {
        const isWide = line.length > MAX_COLUMNS && /^\s*(?:\/\/|\/\*\*?|\*) [^\s@{|]/.test(line);
        return isWide ? [`${file}:${index + 1} is ${line.length} columns wide: break the comment`] : [];
      }),
  );
}

/** CI fetches the engines while `npm test` runs: what needs one there would be skipped, and prove nothing. */
function engineTests(root) {
  const place = "test/lib/store/engines/";
  const needsEngine = /other-engines\.js"|LOGPIPE_TEST_(?:PYTHON|SPARK)/;
  return filesOf(root, "test", [".test.ts"])
    .filter((file) => !file.startsWith(place) && needsEngine.test(readFileSync(join(root, file), "utf8")))
    .map(
      (file) => `${file} has a test that needs another engine: move it to ${place}, which CI runs with them`,
    );
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

/** Words of no field, by what to write in their place. */
const PHRASES = [
  ["anew", "again, from the start, rewrite, recreate, start over"],
  ["(?:is|are|was|were) said", "is reported, logged, counted; or who says it"],
  ["none is (?:named|given)", "by default"],
];

function unsearchablePhrases(root) {
  const files = ["src", "docs", "README.md", "CONTRIBUTING.md"].flatMap((directory) =>
    filesOf(root, directory, [".ts", ".md"]),
  );
  return files.flatMap((file) => {
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    return PHRASES.flatMap(([phrase, instead]) => {
      const pattern = new RegExp(`\\b${phrase}\\b`, "i");
      return lines.flatMap((line, index) =>
        pattern.test(line) ? [`${file}:${index + 1} says "${pattern.exec(line)[0]}": write ${instead}`] : [],
      );
    });
  });
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
