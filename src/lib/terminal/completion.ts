/**
 * Completion scripts for shells, written out from the declarations: pressing Tab starts no process
 * (docs/decisions/0004-static-completion.md).
 */
import { allOptions } from "../options/common.js";
import { type AnyOption, flagName } from "../options/options.js";
import type { AnyDeclaration } from "../stage/stage.js";

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

interface Completed {
  readonly commands: readonly CompletedCommand[];
  readonly groups: readonly CompletedGroup[];
  /** What can stand first: commands of one word, and groups. */
  readonly first: readonly Word[];
}

interface Word {
  readonly name: string;
  readonly summary: string;
}

/** `store`, whose actions are the commands `store info` and so on. */
interface CompletedGroup extends Word {
  readonly actions: readonly CompletedCommand[];
}

function firstWords(commands: readonly Word[], groups: Readonly<Record<string, string>>): Word[] {
  const words = new Map<string, Word>();
  for (const { name, summary } of commands) {
    const first = name.split(" ")[0]!;
    words.set(first, { name: first, summary: groups[first] ?? summary });
  }
  return [...words.values()];
}

/** The second word of `store info`. */
function actionOf(command: Word): string {
  return command.name.slice(command.name.indexOf(" ") + 1);
}

interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
  /** Words that its operand can be: names of commands for `help`, of shells for `completion`. */
  readonly operands: readonly string[];
}

interface CompletedFlag {
  readonly long: string;
  readonly short: string | undefined;
  readonly summary: string;
  readonly takes: "nothing" | "value" | "file" | "directory";
  readonly values: readonly string[];
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
    option.placeholder === "FILE" ? "file" : option.placeholder === "DIR" ? "directory" : "value";
  return {
    long: flagName(name),
    short: option.short === undefined ? undefined : `-${option.short}`,
    summary: option.summary,
    takes: option.kind === "flag" ? "nothing" : byPlaceholder,
    values: option.choices ?? option.suggestions ?? [],
  };
}

function spellings(flag: CompletedFlag): string[] {
  return flag.short === undefined ? [flag.long] : [flag.short, flag.long];
}

// bash: one case by command and word before.

function bash({ commands, groups, first }: Completed): string {
  const values = commands.flatMap((command) =>
    command.flags.flatMap((flag) => bashValue(command.name, flag)),
  );
  const flags = commands.map(
    ({ name, flags }) => `    ${bashName(name)}) words='${flags.flatMap(spellings).join(" ")}' ;;`,
  );
  const operands = commands
    .filter((command) => command.operands.length > 0)
    .map(({ name, operands }) => `    ${bashName(name)}) words='${operands.join(" ")}' ;;`);
  const groupNames = groups.map(({ name }) => name);
  const actions = groups.map(
    ({ name, actions }) =>
      `    ${name}) COMPREPLY=($(compgen -W '${[...actions.map(actionOf), "--help"].join(" ")}' -- "$cur")); return ;;`,
  );
  return `# Completion of logpipe for bash: source it, or put it into /etc/bash_completion.d/
_logpipe() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command='' words='' i
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} == -* ]]; then continue; fi
    if [[ -n $command ]]; then command="$command \${COMP_WORDS[i]}"; break; fi
    command="\${COMP_WORDS[i]}"
    if [[ ' ${groupNames.join(" ")} ' != *" $command "* ]]; then break; fi
  done
  COMPREPLY=()
  if [[ -z $command ]]; then
    COMPREPLY=($(compgen -W '${first.map(({ name }) => name).join(" ")} --help --version' -- "$cur"))
    return
  fi
  case "$command" in
${actions.join("\n")}
  esac
  case "$command:$prev" in
${values.join("\n")}
  esac
  if [[ $cur == -* ]]; then
    case "$command" in
${flags.join("\n")}
    esac
  else
    case "$command" in
${operands.join("\n")}
    esac
    if [[ -z $words ]]; then COMPREPLY=($(compgen -f -- "$cur")); return; fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o filenames -o bashdefault -F _logpipe logpipe
`;
}

function bashValue(command: string, flag: CompletedFlag): string[] {
  const pattern = spellings(flag)
    .map((spelling) => `${bashName(command)}:${spelling}`)
    .join("|");
  const answer = {
    nothing: undefined,
    value: `-W '${flag.values.join(" ")}'`,
    file: "-f",
    directory: "-d",
  }[flag.takes];
  return answer === undefined
    ? []
    : [`    ${pattern}) COMPREPLY=($(compgen ${answer} -- "$cur")); return ;;`];
}

/** A name as it stands in a pattern of `case`. */
function bashName(name: string): string {
  return name.includes(" ") ? `'${name}'` : name;
}

// zsh: _arguments of each command.

function zsh({ commands, groups, first }: Completed): string {
  const names = first.map((word) => `    ${zshWord(word)}`);
  const plain = commands.filter(({ name }) => !name.includes(" "));
  const cases = [
    ...plain.map((command) => `        ${command.name})\n          ${zshArguments(command)} ;;`),
    ...groups.map(zshGroup),
  ];
  return `#compdef logpipe
# Completion of logpipe for zsh: put it into a directory of $fpath as _logpipe
_logpipe() {
  local curcontext="$curcontext" state line
  local -a commands
  commands=(
${names.join("\n")}
  )
  _arguments -C '1: :->command' '*:: :->arguments'
  case $state in
    command) _describe -t commands 'logpipe command' commands ;;
    arguments)
      case $line[1] in
${cases.join("\n")}
      esac ;;
  esac
}
if [ "$funcstack[1]" = _logpipe ]; then _logpipe "$@"; else compdef _logpipe logpipe; fi
`;
}

function zshWord({ name, summary }: Word): string {
  return `'${name}:${zshText(summary)}'`;
}

function zshArguments(command: CompletedCommand): string {
  const rest = command.operands.length > 0 ? `1:argument:(${command.operands.join(" ")})` : "*:file:_files";
  return `_arguments -s ${[...command.flags.map(zshFlag), `'${rest}'`].join(" \\\n            ")}`;
}

function zshGroup({ name, actions }: CompletedGroup): string {
  const words = actions.map((action) => zshWord({ name: actionOf(action), summary: action.summary }));
  const cases = actions.map(
    (action) => `            ${actionOf(action)})\n          ${zshArguments(action)} ;;`,
  );
  return `        ${name})
          _arguments -C '1: :->action' '*:: :->options'
          case $state in
            action)
              commands=(${words.join(" ")})
              _describe -t commands 'logpipe ${name} command' commands ;;
            options)
              case $line[1] in
${cases.join("\n")}
              esac ;;
          esac ;;`;
}

function zshFlag(flag: CompletedFlag): string {
  const names =
    flag.short === undefined
      ? `'${flag.long}`
      : `'(${flag.short} ${flag.long})'{${flag.short},${flag.long}}'`;
  const value = flag.values.length > 0 ? `(${flag.values.join(" ")})` : " ";
  const action = {
    nothing: "",
    value: `:value:${value}`,
    file: ":file:_files",
    directory: ":directory:_files -/",
  }[flag.takes];
  const takes = flag.takes === "nothing" || flag.short !== undefined ? "" : "=";
  return `${names}${takes}[${zshText(flag.summary)}]${action}'`;
}

function zshText(text: string): string {
  return text.replace(/'/g, "'\\''").replace(/[[\]:]/g, "\\$&");
}

// fish: one line a word.

function fish({ commands, groups, first }: Completed): string {
  const lines = ["# Completion of logpipe for fish: put it into ~/.config/fish/completions/logpipe.fish"];
  for (const { name, summary } of first)
    lines.push(`complete -c logpipe -f -n __fish_use_subcommand -a ${name} -d ${fishText(summary)}`);
  for (const { name, actions } of groups) {
    const words = actions.map(actionOf).join(" ");
    const seen = `__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${words}`;
    for (const action of actions)
      lines.push(`complete -c logpipe -f -n '${seen}' -a ${actionOf(action)} -d ${fishText(action.summary)}`);
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

// PowerShell: a table and one block that looks things up in it.

function powershell({ commands, groups, first }: Completed): string {
  const rows = commands.map(({ name, flags, operands }) => {
    const words = [...operands, ...flags.map(({ long }) => long)].map(powershellText).join(", ");
    const values = flags
      .filter((flag) => flag.values.length > 0)
      .flatMap((flag) =>
        spellings(flag).map(
          (spelling) => `${powershellText(spelling)} = @(${flag.values.map(powershellText).join(", ")})`,
        ),
      );
    return `    ${powershellText(name)} = @{ Words = @(${words}); Values = @{ ${values.join("; ")} } }`;
  });
  const table = (words: readonly Word[]) =>
    `[ordered]@{ ${words.map(({ name, summary }) => `${powershellText(name)} = ${powershellText(summary)}`).join("; ")} }`;
  const groupRows = groups.map(({ name, actions }) => {
    const words = actions.map((action) => ({ name: actionOf(action), summary: action.summary }));
    return `    ${powershellText(name)} = ${table(words)}`;
  });
  return `# Completion of logpipe for PowerShell: add it to $PROFILE
Register-ArgumentCompleter -Native -CommandName logpipe -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = [ordered]@{
${rows.join("\n")}
  }
  $first = ${table(first)}
  $groups = @{
${groupRows.join("\n")}
  }
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
  $typed = @($before | Select-Object -Skip 1 | Where-Object { $_ -notlike '-*' } | Select-Object -First 2)
  $command = $typed[0]
  $names = $null
  if (-not $command) { $names = $first }
  elseif ($groups.Contains($command)) {
    if ($typed.Count -lt 2) { $names = $groups[$command] } else { $command = $typed -join ' ' }
  }
  if ($names) {
    $words = $names.Keys
  } elseif ($commands.Contains($command)) {
    $values = $commands[$command].Values[$before[-1]]
    $words = if ($values) { $values } else { $commands[$command].Words }
  } else { return }
  $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    $text = if ($names) { $names[$_] } else { $_ }
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $text)
  }
}
`;
}

function powershellText(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}
