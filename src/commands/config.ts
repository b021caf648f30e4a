import { everywhere, settable } from "../lib/options/common.js";
import { flag } from "../lib/options/options.js";
import { findSettingsFiles } from "../lib/options/project/files.js";
import { loadSettings, type Settings, type SettingsPlace, settableKeys } from "../lib/options/settings.js";
import { type Actions, actionOf, unusedByAction } from "../lib/stage/actions.js";
import { command } from "../lib/stage/stage.js";
import type { Terminal } from "../lib/stage/terminal.js";
import { changeConsent, isWaiting } from "./config-trust.js";
import { COMMAND_NAMES } from "./registry.js";

const ACTIONS: Actions = {
  show: { options: ["json", "config"], operands: 0 },
  keys: { options: ["json"], operands: 0 },
  files: { options: ["json", "config"], operands: 0 },
  trust: { options: [], operands: 1 },
  untrust: { options: [], operands: 1 },
};

export default command({
  name: "config",
  summary: "show the settings in force and where each came from",
  details: `A setting is what a flag would say. The strongest wins: flag, environment (\`LOGPIPE_STORE\`), the project's \`logpipe.yaml\` (looked
for upward from the working directory), \`$XDG_CONFIG_HOME/logpipe/config.yaml\`, \`/etc/logpipe/config.yaml\`. Common options stand at
the top of a file; those of one command under its name:

    store: ./logs
    parse:
      format: combined

A settings file counts only when it, and its directory, belong to you or to root; others are left out, with a word on standard error.
What a project's file may not decide by itself (where events are stored or written, what is redacted, what is deleted) holds once you
have said \`config trust\`, and again after each change of the file. Until then a command that it would hold for ends with exit
code 2; flags and variables need no consent, nor do files named with \`--config\` or kept outside of projects.

Secrets are never printed: values whose name speaks of a password, token, secret or key are shown as \`***\`.`,
  operands: [
    {
      name: "ACTION",
      summary:
        "show (default), keys: every setting there is, files: those that are read, trust or untrust: agree to a project's file",
    },
    { name: "FILE", summary: "the file to trust; default the project's logpipe.yaml", isLocal: true },
  ],
  options: {
    json: flag({ fromProject: "free", summary: "print as JSON lines" }),
    config: everywhere.config,
  },
  examples: [
    { title: "What holds here, and why", command: "config show" },
    { title: "Every setting with its variable and its flag", command: "config keys" },
    { title: "The files that are read from here, strongest first", command: "config files" },
    { title: "Agree to what the project's file says", command: "config trust" },
  ],
  unused: ({ operands }) => unusedByAction("config", ACTIONS, "show", operands),
  async run(given, terminal) {
    const place = {
      cwd: terminal.cwd,
      env: terminal.env,
      config: given.options.config,
      commands: COMMAND_NAMES,
    };
    const { action, operands } = actionOf("config", ACTIONS, "show", given.operands);
    const [file] = operands;
    if (action === "trust" || action === "untrust") return changeConsent(action, file, place, terminal);
    const rows = await rowsOf(action, place);
    await print(rows, given.options.json, terminal);
    return 0;
  },
});

type Row = Readonly<Record<string, string>>;

async function rowsOf(action: string, place: SettingsPlace): Promise<Row[]> {
  if (action === "show") return shownSettings(await loadSettings(place));
  if (action === "keys") return settableKeys();
  return shownFiles(place);
}

/** Every top-level setting, the defaults too, then those of single commands, then the files that are not believed. */
async function shownSettings({ values, ignored }: Settings): Promise<Row[]> {
  const others = [...values.keys()].filter((key) => !Object.hasOwn(settable, key)).sort();
  const rows: Row[] = [];
  for (const key of [...Object.keys(settable), ...others]) {
    const setting = values.get(key);
    const fallback = Object.hasOwn(settable, key) ? settable[key]?.default : undefined;
    const value = setting?.texts.join(",") ?? (fallback === undefined ? "" : String(fallback));
    const state =
      setting !== undefined && (await isWaiting(setting)) ? "waits for: logpipe config trust" : "";
    rows.push({ key, value: isSecret(key) ? "***" : value, origin: setting?.origin ?? "default", state });
  }
  const left = ignored.map(({ path, reason }) => ({
    key: "-",
    value: "",
    origin: path,
    state: `ignored: ${reason}`,
  }));
  return [...rows, ...left];
}

function shownFiles({ cwd, env, config }: SettingsPlace): Row[] {
  const { files, ignored } = findSettingsFiles(cwd, env, config);
  return [
    ...files.map(({ path }) => ({ file: path, state: "" })),
    ...ignored.map(({ path, reason }) => ({ file: path, state: `ignored: ${reason}` })),
  ];
}

function isSecret(key: string): boolean {
  return /password|secret|token|credential|key$/i.test(key);
}

async function print(rows: readonly Row[], isJson: boolean, terminal: Terminal): Promise<void> {
  if (isJson) {
    await terminal.stdout.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    return;
  }
  const columns = Object.keys(rows[0] ?? {});
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    columns
      .map((column, i) => row[column]!.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
  await terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
}
