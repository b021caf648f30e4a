import { flag } from "../lib/options/options.js";
import { type AnyDeclaration, command, type Registry } from "../lib/pipeline/contract/stage.js";
import type { Terminal } from "../lib/pipeline/contract/terminal.js";
import { commandHelp, groupHelp, overview } from "../lib/terminal/help/help.js";

export default command({
  name: "help",
  summary: "show examples and options of a command",
  details:
    "Without a command: the list of commands. Every command also answers to `-h` and `--help`. `--json` describes commands, operands, options and examples for programs; `--man` is a manual page in roff.",
  operands: [
    { name: "COMMAND", summary: "the command to explain: run, store, store info", isRepeated: true },
  ],
  options: {
    json: flag({ fromProject: "free", summary: "everything, as JSON" }),
    man: flag({ fromProject: "free", summary: "as a manual page: logpipe help --man | man -l -" }),
  },
  examples: [
    { title: "What is there", command: "help" },
    { title: "Everything about one command", command: "help run" },
    { title: "Read it as a manual page", command: "logpipe help --man | man -l -" },
    { title: "The options of run, for a program", command: "help run --json" },
  ],
  async run(given, terminal, registry) {
    const name = given.operands.join(" ");
    await terminal.stdout.write(await helpText(name, given.options, terminal, registry));
    return 0;
  },
});

async function known(name: string, registry: Registry): Promise<AnyDeclaration> {
  const declaration = await registry.load(name);
  if (declaration !== undefined) return declaration;
  const { commandFor } = await import("../lib/show/elsewhere/words.js");
  throw registry.unknownCommand(name, commandFor(name, []));
}

/** Those that `name` stands for: one command, all of a group, or all there are for "". */
async function declarationsOf(name: string, registry: Registry): Promise<readonly AnyDeclaration[]> {
  if (name === "") return registry.loadAll();
  return Promise.all(
    isGroup(name, registry)
      ? registry.commandsOf(name).map((one) => known(one.name, registry))
      : [known(name, registry)],
  );
}

function isGroup(name: string, { groups }: Registry): boolean {
  return Object.hasOwn(groups, name);
}

async function helpText(
  name: string,
  form: { readonly json: boolean; readonly man: boolean },
  terminal: Terminal,
  registry: Registry,
): Promise<string> {
  if (form.json) {
    const { describe } = await import("../lib/options/describe.js");
    return `${JSON.stringify({ commands: (await declarationsOf(name, registry)).map(describe) }, undefined, 2)}\n`;
  }
  if (form.man) {
    const { manualPage } = await import("../lib/terminal/help/manual.js");
    return manualPage(await declarationsOf(name, registry));
  }
  if (isGroup(name, registry)) {
    const summary = registry.groups[name]!;
    return groupHelp({ name, summary }, registry.commandsOf(name), terminal.stdout);
  }
  if (name !== "") return commandHelp(await known(name, registry), terminal.stdout);
  return overview(registry.firstWords, terminal.stdout);
}
