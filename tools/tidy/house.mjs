// Rooms that can be found: small folders, one way in, one thing a name.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { filesOf, modulesOf } from "./files.mjs";

export const MAX_FILES = 16;
const DOOR = "// Enter here: ";
/** Folders of so few modules need no way in. */
const DOORLESS = 2;
/** Named as what they are called in a pipeline: the format `csv`, the aggregate `rate`, `sink` of the library. */
const NAMESAKES = /^src\/lib\/(format|stages\/window\/aggregates\/functions)\/|^src\/library\.ts$/;

/** Sentences about folders that are a list: golden cases and scenarios are data, and may be many. */
export function folderSizes(root) {
  const files = ["src", "test", "tools"].flatMap((directory) =>
    filesOf(root, directory, [".ts", ".mjs", ".mts", ".py"]),
  );
  return [...byFolder(files)].flatMap(([folder, inside]) =>
    inside.length <= MAX_FILES
      ? []
      : [`${folder} has ${inside.length} files: put those that belong together into a folder of their own`],
  );
}

/** Sentences about folders of modules without a file that begins with `// Enter here:`, or with two. */
export function roomDoors(root) {
  return [...roomsOf(root)].flatMap(([folder, { files, doors }]) => {
    if (doors.length === 1 || (doors.length === 0 && files.length <= DOORLESS)) return [];
    if (doors.length === 0)
      return [`${folder} has no door: begin the file to read first with "${DOOR}" and what is here`];
    return [
      `${folder} has ${doors.length} doors (${doors.map(({ file }) => basename(file)).join(", ")}): keep one`,
    ];
  });
}

const IS_TYPE = /\b(?:interface|type|class|enum) \w+$/;

/** Sentences about names that two files export for two things. */
export function exportedNames(root) {
  const places = new Map();
  const pattern =
    /^export (?:declare )?(?:abstract )?(?:async )?(?:interface|type|class|enum|const|function\*?) (\w+)/gm;
  for (const file of modulesOf(root)) {
    const text = readFileSync(join(root, file), "utf8");
    // Names of commands, as programs have them.
    if (text.startsWith("// Written by")) continue;
    for (const [all, name] of text.matchAll(pattern)) {
      if (NAMESAKES.test(file) && !IS_TYPE.test(all)) continue;
      if (!places.has(name)) places.set(name, new Set());
      places.get(name).add(file);
    }
  }
  return [...places].flatMap(([name, files]) =>
    files.size === 1
      ? []
      : [`${name} is exported by ${[...files].join(" and ")}: call one of them by what it is`],
  );
}

/** The page that lists all rooms: written by `npm run docs`. */
export function roomsPage(root) {
  const rows = [...roomsOf(root)].flatMap(([folder, { doors }]) =>
    doors.map(
      ({ file, text }) =>
        `| \`${folder}\` | [${basename(file)}](../${file}) | ${text.replaceAll("|", "\\|")} |`,
    ),
  );
  const intro =
    "# Rooms\n\nEvery folder of the program, and the file to read first in it: the one that begins with `// Enter here:`.\n" +
    "Which room may import which is in `tools/tidy/imports.mjs`; [architecture.md](architecture.md) has the picture.";
  return `${intro}\n\n| folder | enter at | what is here |\n|---|---|---|\n${rows.join("\n")}\n`;
}

function roomsOf(root) {
  const rooms = new Map();
  for (const [folder, files] of byFolder(filesOf(root, "src", [".ts"]))) {
    const doors = files.flatMap((file) => {
      const text = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
      return text.startsWith(DOOR) ? [{ file, text: sentence(text) }] : [];
    });
    rooms.set(folder, { files, doors });
  }
  return rooms;
}

/** The comment's lines as one. */
function sentence(text) {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("// "));
  return lines
    .slice(0, end)
    .map((line) => line.slice(3))
    .join(" ")
    .slice(DOOR.length - 3);
}

function byFolder(files) {
  const folders = new Map();
  for (const file of files) {
    const folder = dirname(file);
    if (!folders.has(folder)) folders.set(folder, []);
    folders.get(folder).push(file);
  }
  return folders;
}
