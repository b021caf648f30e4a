import { failure } from "../../lib/base/errors/index.js";
import { localPath } from "../../lib/base/local/path.js";
import { choice, duration, flag, list, path, size, text } from "../../lib/options/options.js";
import { source } from "../../lib/pipeline/contract/stage.js";
import { commandOf } from "../../lib/sources/exec/command-words.js";
import { ExecSource } from "../../lib/sources/exec/exec-source.js";

export default source({
  name: "exec",
  summary: "run a program and read what it writes, line by line",
  details: `Runs COMMAND and reads its standard output: each line becomes an event with the program's name as \`source\` (or the NAME of
\`--source\`) and the line as \`raw\`. What is gzip or zstd is decoded. Options of the program stand behind \`--\`. One text in place of words
is split at its spaces, with quotes and backslashes as in a shell; there are no variables, patterns and pipes, unless \`--shell\` gives the text to
\`/bin/sh\`.

By default the program runs once, and the pipeline ends with it; an exit code other than 0 is then an error. With \`--restart always\`, or
\`on-failure\`, it is started again: after 1 s, then after twice as long each time, at most after 1 min; when it has run for a minute the next wait is 1 s again.
\`--every 30s\` runs it again and again, 30 s from start to start, never twice at once: a run that takes longer is followed by the next at once. Then
a run that fails is reported, and the pipeline goes on. \`--timeout\` ends a run that takes too long.

Lines of its standard error are shown as messages, 20 in 10 s at most; \`--stderr merge\` reads them as output, \`drop\` does not look at them.

When the pipeline stops, the program and all that it has started get SIGTERM, and SIGKILL after 5 s; what it writes until then is read. They do not outlive
logpipe, however that ends, kill -9 included, unless a process has left its group (a daemon). What a program leaves running when it ends is
ended as well. When what follows is slow, its output is not read and the program waits.

The output of a program cannot be read again: what it has written and no sink had stored is lost when logpipe is killed.`,
  operands: [
    {
      name: "COMMAND",
      summary: "the program and its arguments, or one text of them",
      isRequired: true,
      isRepeated: true,
    },
  ],
  options: {
    restart: choice({
      fromProject: "consent",
      choices: ["always", "on-failure", "never"],
      default: "never",
      summary: "start the program again when it has ended: always, or when it has failed",
    }),
    every: duration({
      fromProject: "consent",
      metavar: "TIME",
      summary: "run the program again and again, TIME from start to start",
    }),
    timeout: duration({
      fromProject: "consent",
      metavar: "TIME",
      summary: "end a run of the program that takes longer",
    }),
    stderr: choice({
      fromProject: "consent",
      choices: ["log", "merge", "drop"],
      default: "log",
      summary: "what becomes of its standard error: messages, lines like the others, or nothing",
    }),
    source: text({
      fromProject: "free",
      metavar: "NAME",
      summary: "the `source` of the events, instead of the program's name",
    }),
    env: list({
      fromProject: "consent",
      metavar: "NAME=VALUE",
      summary: "set a variable of the program's environment",
    }),
    cwd: path({ fromProject: "consent", metavar: "DIR", summary: "run it in this directory" }),
    shell: flag({ fromProject: "consent", summary: "give COMMAND to /bin/sh" }),
    maxLineSize: size({
      fromProject: "free",
      metavar: "SIZE",
      default: 64 * 1024 * 1024,
      summary: "set lines aside that are longer than this",
      advanced: true,
    }),
  },
  examples: [
    {
      title: "Read what a program writes",
      command: "exec --source demo -- printf 'one\\ntwo\\n'",
      stdout: '{"source":"demo","raw":"one"}\n{"source":"demo","raw":"two"}\n',
    },
    {
      title: "Follow the journal into the store, also when journalctl dies",
      command: "run 'exec --restart always -- journalctl -f -o json | parse -f json | sink'",
    },
    {
      title: "Ask a program every half minute, through a shell",
      command: "run 'exec --every 30s --timeout 10s --shell \"df -P | tail -n +2\" | sink --table disks'",
    },
  ],
  readsInput: () => false,
  labelOf: ({ operands, options: { source, shell } }) => source ?? commandOf(operands, shell).name,
  unused: ({ options: { every } }) =>
    every === undefined
      ? []
      : [{ options: ["restart"], by: "exec --every", hint: "it runs again in any case" }],
  async open({ operands, options }, host) {
    const command = commandOf(operands, options.shell);
    return ExecSource.open(
      {
        command,
        cwd: options.cwd === undefined ? host.cwd : localPath(host.cwd, options.cwd, "--cwd"),
        env: { ...host.env, ...variablesOf(options.env) },
        stderr: options.stderr,
        restart: options.restart,
        everyMs: options.every,
        timeoutMs: options.timeout,
        label: options.source ?? command.name,
        maxLineBytes: options.maxLineSize,
      },
      host,
    );
  },
});

function variablesOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((value) => {
      const at = value.indexOf("=");
      if (at > 0) return [value.slice(0, at), value.slice(at + 1)];
      throw failure("usage.bad-value", { option: "--env", value, reason: "it is no NAME=VALUE" });
    }),
  );
}
