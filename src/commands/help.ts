import { failure } from "../lib/base/errors/index.js";
import { suggest } from "../lib/base/suggest.js";
import { flag } from "../lib/options/options.js";
import { type AnyDeclaration, command } from "../lib/stage/stage.js";
import type { Terminal } from "../lib/stage/terminal.js";
import { commandHelp, overview } from "../lib/terminal/help.js";
import { COMMAND_NAMES, COMMANDS, loadAll, loadCommand } from "./registry.js";

export default command({
  name: "help",
  summary: "show examples and options of a command",
  details:
    "Without a command: the list of commands. Every command also answers to `-h` and `--help`. `--json` describes commands, operands, options and examples for programs; `--man` is a manual page in roff.",
  operands: [{ name: "COMMAND", summary: "the command to explain" }],
  options: {
    json: flag({ summary: "everything, as JSON" }),
    man: flag({ summary: "as a manual page: logpipe help --man | man -l -" }),
  },
  examples: [
    { title: "What is there", command: "help" },
    { title: "Everything about one command", command: "help run" },
    { title: "Read it as a manual page", command: "logpipe help --man | man -l -" },
    { title: "The options of run, for a program", command: "help run --json" },
  ],
  async run(given, terminal) {
    const [name] = given.operands;
    const asked = name === undefined ? undefined : await known(name);
    await terminal.stdout.write(await helpText(asked, given.options, terminal));
    return 0;
  },
});

async function known(name: string): Promise<AnyDeclaration> {
  const declaration = await loadCommand(name);
  if (declaration !== undefined) return declaration;
  throw failure("usage.unknown-command", { command: name, suggestion: suggest(name, COMMAND_NAMES) });
}

async function helpText(
  asked: AnyDeclaration | undefined,
  form: { readonly json: boolean; readonly man: boolean },
  terminal: Terminal,
): Promise<string> {
  const declarations = async () => (asked === undefined ? await loadAll() : [asked]);
  if (form.json) {
    const { describe } = await import("../lib/options/describe.js");
    return `${JSON.stringify({ commands: (await declarations()).map(describe) }, undefined, 2)}\n`;
  }
  if (form.man) {
    const { manualPage } = await import("../lib/terminal/manual.js");
    return manualPage(await declarations());
  }
  if (asked !== undefined) return commandHelp(asked, terminal.stdout);
  return overview(
    Object.entries(COMMANDS).map(([name, { summary }]) => ({ name, summary })),
    terminal.stdout,
  );
}
