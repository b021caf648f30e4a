/** Completion for fish: one line a word. */
import { type Completed, type CompletedFlag, secondWord } from "./completion-model.js";

export function fish({ commands, groups, first }: Completed): string {
  const lines = ["# Completion of logpipe for fish: put it into ~/.config/fish/completions/logpipe.fish"];
  for (const { name, summary } of first)
    lines.push(`complete -c logpipe -f -n __fish_use_subcommand -a ${name} -d ${fishText(summary)}`);
  for (const { name, actions } of groups) {
    const words = actions.map(secondWord).join(" ");
    const seen = `__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${words}`;
    for (const action of actions)
      lines.push(
        `complete -c logpipe -f -n '${seen}' -a ${secondWord(action)} -d ${fishText(action.summary)}`,
      );
  }
  for (const { name, flags, operands } of commands) {
    const seen = name.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`);
    const when = `complete -c logpipe -n '${seen.join("; and ")}'`;
    if (operands.length > 0) lines.push(`${when} -f -a '${operands.join(" ")}'`);
    for (const flag of flags) lines.push(`${when}${fishFlag(flag)} -d ${fishText(flag.summary)}`);
  }
  return `${lines.join("\n")}\n`;
}

function fishFlag(flag: CompletedFlag): string {
  const short = flag.short === undefined ? "" : ` -s ${flag.short.slice(1)}`;
  const values = flag.values.length > 0 ? ` -a '${flag.values.join(" ")}'` : "";
  const directories = " -a '(__fish_complete_directories)'";
  const takes = { nothing: "", value: ` -x${values}`, file: " -r -F", directory: ` -x${directories}` }[
    flag.takes
  ];
  return `${short} -l ${flag.long.slice(2)}${takes}`;
}

function fishText(text: string): string {
  return `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
}
