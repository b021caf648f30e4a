// What belongs to a command beside its declaration.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { filesOf } from "./files.mjs";

const REGISTRY = "src/commands/registry.ts";

/** Sentences about commands without example, page or test, and files of `src/commands` that are none. */
export async function commandParts(root) {
  const { COMMANDS, registry } = await import(pathToFileURL(join(root, "dist/commands/registry.js")).href);
  const wrong = [];
  const sources = sourcesOf(root);
  const sourceOf = (name) => sources.get(name);
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
  const known = new Set([...sources.values(), REGISTRY]);
  const strays = filesOf(root, "src/commands", [".ts"]).filter((file) => !known.has(file));
  return [...wrong, ...strays.map((file) => `${file} is not in registry.ts: add its line`)];
}

/** Where the declarations of commands stand, by name, as the registry has it. */
function sourcesOf(root) {
  const text = readFileSync(join(root, REGISTRY), "utf8");
  const lines = text.matchAll(/^ {2}"?([\w ]+)"?: \{[^{}]*?import\("(\.[^"]+)\.js"\)/gm);
  return new Map([...lines].map(([, name, path]) => [name, `${join(dirname(REGISTRY), path)}.ts`]));
}
