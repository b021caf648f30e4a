/** What every option and operand of every command declares. */
import { describe, expect, it } from "vitest";
import { registry } from "../../src/commands/registry.js";
import { dispatch } from "../../src/dispatch.js";
import { allOptions, settable } from "../../src/lib/options/common.js";
import { flagName } from "../../src/lib/options/options.js";
import { temporaryDirectory } from "../support/logpipe.js";
import { testTerminal } from "../support/memory-terminal.js";

const declarations = await registry.loadAll();
const options = declarations.flatMap((declaration) =>
  Object.entries(allOptions(declaration)).map(([name, option]) => ({
    key: `${declaration.name} ${flagName(name)}`,
    command: declaration.name,
    name,
    option,
  })),
);

describe("what a project's file may set", () => {
  it("is said of every option: a new one decides with `fromProject`", () => {
    const silent = options.filter(({ option }) => option.fromProject === undefined).map(({ key }) => key);
    expect(silent).toEqual([]);
    expect(Object.values(settable).filter((option) => option.fromProject === undefined)).toEqual([]);
  });

  it("is no place to read or write, nothing of redaction, and no `yes` to a deletion", () => {
    const isDangerous = ({ command, name, option }: (typeof options)[number]) =>
      /^(FILE|DIR|FILE\.mmdb)$/.test(option.metavar ?? "") ||
      (command === "redact" && Object.hasOwn(declarationOf("redact").options, name)) ||
      ["yes", "drop", "where", "grace", "resetState", "lookup", "env", "dns", "onFull", "to"].includes(name);
    const free = options.filter((one) => isDangerous(one) && one.option.fromProject === "free");
    // The format of what is printed, and what leaves out events or fields by the command's own purpose.
    expect(free.flatMap(({ key, name }) => (name === "to" ? [] : [key]))).toEqual([
      "filter --where",
      "enrich --drop",
      "window --where",
      "stats --where",
      "top --where",
      "histogram --where",
      "view --where",
    ]);
  });
});

const paths = options.filter(({ option }) => /^(FILE|DIR)$/.test(option.metavar ?? ""));

/** What an option has a use with. */
const BESIDE: Readonly<Record<string, readonly string[]>> = { "run --examples": ["--check", "parse"] };

describe("a URL is never a path", () => {
  it.each(paths)("$key", async ({ command, name, key }) => {
    const words = [...command.split(" "), `${flagName(name)}=s3://bucket/x`, ...(BESIDE[key] ?? [])];
    const code = await ran(words);
    expect(code).toEqual([2, expect.stringMatching(/cannot be s3:\/\/bucket\/x/)]);
  });

  const operands = declarations.flatMap(({ name, operands: all }) =>
    all.flatMap((operand, index) =>
      operand.isLocal
        ? [
            {
              name,
              index,
              operand: operand.name,
              behind: all.slice(index + 1).filter((one) => one.isRequired).length,
            },
          ]
        : [],
    ),
  );

  it("what names a file, a directory or a table says so", () => {
    const others = declarations.flatMap(({ name, operands: all }) =>
      all.filter(({ isLocal }) => !isLocal).map((operand) => `${name} ${operand.name}`),
    );
    expect(others).toEqual([
      "filter EXPR",
      "throttle RATE",
      "exec COMMAND",
      "window SIZE",
      "stats AGGREGATES",
      "top FIELD",
      "query SQL",
      // May be a condition, `url=https://...`: what is a file is checked where that is known.
      "view FILE",
      "run PIPELINE",
      "graph PIPELINE",
      "journal rename OLD",
      "journal rename NEW",
      "journal remove READER",
      "store schema TABLE",
      "store quarantine ACTION",
      "store retention ACTION",
      "store tiers ACTION",
      "store tiers NAME",
      "config ACTION",
      "completion SHELL",
      "help COMMAND",
    ]);
  });

  it.each(operands)("$name $operand", async ({ name, index, behind }) => {
    const before = Array.from({ length: index }, () => "set");
    const after = Array.from({ length: behind }, () => "x");
    const code = await ran([...name.split(" "), ...before, "gs://bucket/x", ...after]);
    expect(code).toEqual([2, expect.stringMatching(/cannot be gs:\/\/bucket\/x/)]);
  });
});

function declarationOf(name: string) {
  return declarations.find((declaration) => declaration.name === name)!;
}

async function ran(words: readonly string[]): Promise<[number, string]> {
  const terminal = testTerminal({ stdin: "" });
  try {
    const cwd = temporaryDirectory();
    const code = await dispatch(words, () => ({ ...terminal, cwd, env: { HOME: cwd } }));
    return [code, terminal.stderr.text];
  } finally {
    terminal.close();
  }
}
