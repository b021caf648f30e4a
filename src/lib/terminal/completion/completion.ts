// Enter here: completion scripts, made from the declarations.
/**
 * Completion scripts for shells, written out from the declarations: pressing Tab starts no process
 * (docs/decisions/0004-static-completion.md).
 */
import { allOptions } from "../../options/common.js";
import { type AnyOption, flagName } from "../../options/options.js";
import type { AnyDeclaration } from "../../pipeline/contract/stage.js";
import { bash } from "./bash.js";
import type { CompletedCommand, CompletedFlag, CompletionWord } from "./completion-model.js";
import { fish } from "./fish.js";
import { powershell } from "./powershell.js";
import { zsh } from "./zsh.js";

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

/** The script of one shell. `groups`: first words that several commands share, with their summaries. */
export function completionScript(
  shell: Shell,
  declarations: readonly AnyDeclaration[],
  groups: Readonly<Record<string, string>> = {},
): string {
  const commands = declarations.map(commandOf);
  return { bash, zsh, fish, powershell }[shell]({
    commands,
    groups: Object.entries(groups).map(([name, summary]) => {
      const actions = commands.filter((command) => command.name.startsWith(`${name} `));
      return { name, summary, actions };
    }),
    first: firstWords(commands, groups),
  });
}

function firstWords(
  commands: readonly CompletionWord[],
  groups: Readonly<Record<string, string>>,
): CompletionWord[] {
  const words = new Map<string, CompletionWord>();
  for (const { name, summary } of commands) {
    const first = name.split(" ")[0]!;
    words.set(first, { name: first, summary: groups[first] ?? summary });
  }
  return [...words.values()];
}

function commandOf(
  declaration: AnyDeclaration,
  _index: number,
  all: readonly AnyDeclaration[],
): CompletedCommand {
  const flags = Object.entries(allOptions(declaration)).map(([name, option]) => flagOf(name, option));
  const operands: Record<string, readonly string[]> = {
    help: [...new Set(all.map(({ name }) => name.split(" ")[0]!))],
    completion: SHELLS,
    config: ["show", "keys", "files"],
    "store quarantine": ["list", "show", "replay", "discard"],
    "store schema": ["set", "rename"],
    "store retention": ["show", "set", "unset", "apply"],
  };
  return {
    name: declaration.name,
    summary: declaration.summary,
    flags,
    operands: operands[declaration.name] ?? [],
  };
}

function flagOf(name: string, option: AnyOption): CompletedFlag {
  const byPlaceholder =
    option.metavar === "FILE" || option.metavar === "PATH"
      ? "file"
      : option.metavar === "DIR"
        ? "directory"
        : "value";
  return {
    long: flagName(name),
    short: option.short === undefined ? undefined : `-${option.short}`,
    summary: option.summary,
    takes: option.kind === "flag" ? "nothing" : byPlaceholder,
    values: option.choices ?? option.suggestions ?? [],
  };
}
