// Writes src/library/commands.ts: a typed function for every stage, source and sink, from the declarations.
const HEAD = `// Written by \`npm run docs\` from the declarations: change those, not this file.
/** A function for every source, stage and sink, with the operands and options of the command of that name. */
`;

/** The text of the file. `registry`: of the commands; `runSettings`, `querySettings`: options of the library's own. */
export async function libraryModule({ registry, runSettings, querySettings }) {
  const declarations = (await registry.loadAll()).filter(({ kind }) => kind !== "command");
  const imports = declarations.map(({ name, kind }) => {
    const folder = { source: "sources", stage: "stages", sink: "sinks" }[kind];
    return `import ${local(name)}Declaration from "../commands/${folder}/${name.replaceAll(" ", "-")}.js";`;
  });
  const parts = [
    HEAD + [...imports.sort(byPath), `import { type Piece, pieceOf } from "./piece.js";`].join("\n"),
    optionsInterface("RunSettings", "What `logpipe run` understands beside the pipeline.", runSettings),
    optionsInterface("QuerySettings", "What `logpipe query` understands, by name.", querySettings),
    ...declarations.map(commandPart),
  ];
  return `${parts.join("\n\n")}\n`;
}

function byPath(a, b) {
  const [x, y] = [a, b].map((line) => line.slice(line.indexOf('"')));
  return x < y ? -1 : 1;
}

function commandPart(declaration) {
  const { name, summary, options } = declaration;
  const type = `${pascal(name)}Options`;
  const forms = formsOf(declaration).map((form) => `[${[...form, `options?: ${type}`].join(", ")}]`);
  const doc = comment(
    [`\`logpipe ${name}\`: ${summary}. See docs/commands/${name.replaceAll(" ", "-")}.md.`],
    "",
  );
  return `${optionsInterface(type, `Options of \`${local(name)}\`.`, options)}

${doc}
export function ${local(name)}(...given: ${forms.join(" | ")}): Piece {
  return pieceOf(${local(name)}Declaration, given);
}`;
}

/** The operands that a program gives: those of a source, and those of a stage or sink that are no files to read. */
function formsOf({ kind, operands, ownOperands }) {
  const own = kind === "source" ? operands : operands.filter(({ isRepeated }) => !isRepeated);
  const count = typeof ownOperands === "number" ? ownOperands : own.length;
  const words = own
    .slice(0, kind === "source" ? undefined : count)
    .map(({ name, isRepeated }) => `${word(name)}: ${isRepeated ? "string | readonly string[]" : "string"}`);
  const isRequired = own.slice(0, words.length).some((operand) => operand.isRequired);
  if (words.length === 0) return [[]];
  return isRequired ? [words] : [[], words];
}

function optionsInterface(name, summary, options) {
  const members = Object.entries(options).map(
    ([key, option]) =>
      `${comment(docOf(key, option), "  ")}\n  readonly ${key}?: ${typeOf(key, option)} | undefined;`,
  );
  return `${comment([summary], "")}\nexport interface ${name} {\n${members.join("\n")}\n}`;
}

function docOf(key, { summary, kind, metavar, short, default: value }) {
  const flag = `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
  const written = [short && `-${short}`, kind === "flag" ? flag : `${flag} ${metavar ?? "VALUE"}`].filter(
    Boolean,
  );
  const isSaid = value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  const unit = { duration: " ms", size: " bytes" }[kind] ?? "";
  const shown = typeof value === "object" ? JSON.stringify(value) : value;
  return [`${summary}.`, `\`${written.join(", ")}\`${isSaid ? `; default ${shown}${unit}` : ""}`];
}

function typeOf(key, { kind, choices, parse }) {
  if (kind === "flag") return "boolean";
  if (kind === "list") return "string | readonly string[]";
  if (kind === "integer") return "number";
  if (kind === "size" || kind === "duration") return "number | string";
  if (kind === "choice") return choices.map((one) => JSON.stringify(one)).join(" | ");
  return readsNumbers(key, parse) ? "number | string" : "string";
}

function readsNumbers(key, parse) {
  try {
    return typeof parse("1", key) === "number";
  } catch {
    return false;
  }
}

function comment(lines, indent) {
  const words = lines.map((line) => line.replaceAll("*/", "*\\/"));
  if (words.length === 1 && indent.length + words[0].length + 7 <= 120) return `${indent}/** ${words[0]} */`;
  const wrapped = words.flatMap((line) => wrap(line, 116 - indent.length));
  return `${indent}/**\n${wrapped.map((line) => `${indent} * ${line}`).join("\n")}\n${indent} */`;
}

function wrap(text, width) {
  const out = [""];
  for (const one of text.split(" ")) {
    const line = out.at(-1);
    if (line !== "" && line.length + one.length + 1 > width) out.push(one);
    else out[out.length - 1] = line === "" ? one : `${line} ${one}`;
  }
  return out;
}

function local(name) {
  return name.replace(/[ -](\w)/g, (_, c) => c.toUpperCase());
}

function pascal(name) {
  const word = local(name);
  return word[0].toUpperCase() + word.slice(1);
}

/** `FILE` to `file`, as a name of TypeScript that is no word of its own. */
function word(name) {
  const plain = name.toLowerCase().replace(/[^a-z]+(\w)?/g, (_, c) => (c ?? "").toUpperCase());
  return plain === "file" ? "files" : plain;
}
