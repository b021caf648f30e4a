/**
 * Completion scripts for shells, written out from the declarations: pressing Tab starts no process
 * (docs/decisions/0004-static-completion.md).
 */
import { allOptions } from "../options/common.js";
import { type AnyOption, flagName } from "../options/options.js";
import type { AnyDeclaration } from "../stage/stage.js";

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

/** The script of one shell. */
export function completionScript(shell: Shell, declarations: readonly AnyDeclaration[]): string {
  const commands = declarations.map(commandOf);
  return { bash, zsh, fish, powershell }[shell](commands);
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
    help: all.map(({ name }) => name),
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

function bash(commands: readonly CompletedCommand[]): string {
  const values = commands.flatMap((command) =>
    command.flags.flatMap((flag) => bashValue(command.name, flag)),
  );
  const flags = commands.map(
    ({ name, flags }) => `    ${name}) words='${flags.flatMap(spellings).join(" ")}' ;;`,
  );
  const operands = commands
    .filter((command) => command.operands.length > 0)
    .map(({ name, operands }) => `    ${name}) words='${operands.join(" ")}' ;;`);
  return `# Completion of logpipe for bash: source it, or put it into /etc/bash_completion.d/
_logpipe() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command='' words='' i
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} != -* ]]; then command="\${COMP_WORDS[i]}"; break; fi
  done
  COMPREPLY=()
  if [[ -z $command ]]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(" ")} --help --version' -- "$cur"))
    return
  fi
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
    .map((spelling) => `${command}:${spelling}`)
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

// zsh: _arguments of each command.

function zsh(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, summary }) => `    '${name}:${zshText(summary)}'`);
  const cases = commands.map((command) => {
    const rest = command.operands.length > 0 ? `1:argument:(${command.operands.join(" ")})` : "*:file:_files";
    const lines = [...command.flags.map(zshFlag), `'${rest}'`];
    return `        ${command.name})\n          _arguments -s ${lines.join(" \\\n            ")} ;;`;
  });
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

function fish(commands: readonly CompletedCommand[]): string {
  const lines = ["# Completion of logpipe for fish: put it into ~/.config/fish/completions/logpipe.fish"];
  for (const { name, summary, flags, operands } of commands) {
    lines.push(`complete -c logpipe -f -n __fish_use_subcommand -a ${name} -d ${fishText(summary)}`);
    const when = `complete -c logpipe -n '__fish_seen_subcommand_from ${name}'`;
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

function powershell(commands: readonly CompletedCommand[]): string {
  const rows = commands.map(({ name, summary, flags, operands }) => {
    const words = [...operands, ...flags.map(({ long }) => long)].map(powershellText).join(", ");
    const values = flags
      .filter((flag) => flag.values.length > 0)
      .flatMap((flag) =>
        spellings(flag).map(
          (spelling) => `${powershellText(spelling)} = @(${flag.values.map(powershellText).join(", ")})`,
        ),
      );
    const summaryText = powershellText(summary);
    return `    ${powershellText(name)} = @{ Summary = ${summaryText}; Words = @(${words}); Values = @{ ${values.join("; ")} } }`;
  });
  return `# Completion of logpipe for PowerShell: add it to $PROFILE
Register-ArgumentCompleter -Native -CommandName logpipe -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = [ordered]@{
${rows.join("\n")}
  }
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
  $command = $before | Select-Object -Skip 1 | Where-Object { $_ -notlike '-*' } | Select-Object -First 1
  if (-not $command) {
    $words = $commands.Keys
  } elseif ($commands.Contains($command)) {
    $values = $commands[$command].Values[$before[-1]]
    $words = if ($values) { $values } else { $commands[$command].Words }
  } else { return }
  $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    $text = if (-not $command) { $commands[$_].Summary } else { $_ }
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $text)
  }
}
`;
}

function powershellText(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}
