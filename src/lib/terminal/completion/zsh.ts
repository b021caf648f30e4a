/** Completion for zsh: _arguments of each command. */
import {
  type Completed,
  type CompletedCommand,
  type CompletedFlag,
  type CompletedGroup,
  type CompletionWord,
  secondWord,
} from "./completion-model.js";

export function zsh({ commands, groups, first }: Completed): string {
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

function zshWord({ name, summary }: CompletionWord): string {
  return `'${name}:${zshText(summary)}'`;
}

function zshArguments(command: CompletedCommand): string {
  const rest = command.operands.length > 0 ? `1:argument:(${command.operands.join(" ")})` : "*:file:_files";
  return `_arguments -s ${[...command.flags.map(zshFlag), `'${rest}'`].join(" \\\n            ")}`;
}

function zshGroup({ name, actions }: CompletedGroup): string {
  const words = actions.map((action) => zshWord({ name: secondWord(action), summary: action.summary }));
  const cases = actions.map(
    (action) => `            ${secondWord(action)})\n          ${zshArguments(action)} ;;`,
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
