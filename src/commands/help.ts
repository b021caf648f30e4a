import { pagerOption } from "../lib/options/common.js";
import { flag } from "../lib/options/options.js";
import { type AnyDeclaration, command, type Registry } from "../lib/pipeline/contract/stage.js";
import type { Terminal } from "../lib/pipeline/contract/terminal.js";
import { commandHelp, groupHelp, overview } from "../lib/terminal/help/help.js";

export default command({
  name: "help",
  summary: "show examples and options of a command",
  details:
    "Without a command: the lists of commands and topics. Every command also answers to `-h` and `--help`. `--all` explains all options of a command, the common ones, too. A topic is a page of the documentation: `recipes`, `formats`, `fields`, `times`, `expressions`, `yaml`, `exit-codes`. `--json` describes commands, operands, options and examples for programs; `--man` is a manual page in roff.",
  operands: [
    {
      name: "COMMAND",
      summary: "the command or topic to explain: run, store, store info, formats",
      isRepeated: true,
    },
  ],
  options: {
    all: flag({
      fromProject: "free",
      summary: "every option of the command, the common ones and the rare ones",
    }),
    ...pagerOption,
    json: flag({ fromProject: "free", summary: "everything, as JSON" }),
    man: flag({ fromProject: "free", summary: "as a manual page: logpipe help --man | man -l -" }),
  },
  examples: [
    { title: "What is there", command: "help" },
    { title: "Everything about one command", command: "help run" },
    { title: "Every option of one command", command: "help parse --all" },
    { title: "Lines to copy", command: "help recipes" },
    { title: "Read it as a manual page", command: "logpipe help --man | man -l -" },
    { title: "The options of run, for a program", command: "help run --json" },
  ],
  async run(given, terminal, registry) {
    const name = given.operands.join(" ");
    const text = await helpText(name, given.options, terminal, registry);
    const { json, man, pager } = given.options;
    const { openPaged } = await import("../lib/terminal/output/paged.js");
    const paged = openPaged(terminal, { isWanted: pager && !json && !man, isTable: false });
    await paged.write(text);
    await paged.close();
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
  form: { readonly json: boolean; readonly man: boolean; readonly all: boolean },
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
  const { TOPICS, topicText } = await import("../lib/terminal/help/topics.js");
  if (name === "") {
    const topics = Object.entries(TOPICS).map(([topic, { summary }]) => ({ name: topic, summary }));
    return overview(registry.firstWords, topics, terminal.stdout);
  }
  const declaration = await registry.load(name);
  const text = declaration === undefined ? topicText(name, terminal.stdout) : undefined;
  return text ?? commandHelp(declaration ?? (await known(name, registry)), terminal.stdout, form.all);
}
