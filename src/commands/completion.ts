import { failure } from "../lib/base/errors/index.js";
import { suggest } from "../lib/base/suggest.js";
import { command } from "../lib/pipeline/contract/stage.js";
import { completionScript, SHELLS, type Shell } from "../lib/terminal/completion/completion.js";

export default command({
  name: "completion",
  summary: "print the completion script of a shell",
  details: `Completes commands, options, their values, files and directories. The script is complete in itself: pressing Tab starts no
process. Print it again after an update.`,
  operands: [{ name: "SHELL", summary: "bash, zsh, fish or powershell", isRequired: true }],
  options: {},
  examples: [
    { title: "For this bash session", command: 'eval "$(logpipe completion bash)"' },
    { title: "For every zsh session", command: "logpipe completion zsh > ~/.zfunc/_logpipe" },
    { title: "For fish", command: "logpipe completion fish > ~/.config/fish/completions/logpipe.fish" },
    { title: "For PowerShell", command: "logpipe completion powershell >> $PROFILE" },
  ],
  async run(given, terminal, registry) {
    const shell = shellNamed(given.operands[0]!);
    await terminal.stdout.write(completionScript(shell, await registry.loadAll(), registry.groups));
    return 0;
  },
});

function shellNamed(name: string): Shell {
  const shell = SHELLS.find((known) => known === name);
  if (shell !== undefined) return shell;
  const facts = { option: "SHELL", value: name, reason: "not a shell that completion is made for" };
  throw failure("usage.bad-value", {
    ...facts,
    suggestion: suggest(name, SHELLS),
    hint: `one of: ${SHELLS.join(", ")}`,
  });
}
