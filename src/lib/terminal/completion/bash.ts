/** Completion for bash: one case by command and word before. */
import { type Completed, type CompletedFlag, secondWord, spellings } from "./completion-model.js";

export function bash({ commands, groups, first }: Completed): string {
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
      `    ${name}) COMPREPLY=($(compgen -W '${[...actions.map(secondWord), "--help"].join(" ")}' -- "$cur")); return ;;`,
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
