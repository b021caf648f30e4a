import { failure } from "../lib/base/errors/index.js";
import { suggest } from "../lib/base/suggest.js";
import { everywhere, settable } from "../lib/options/common.js";
import { flag } from "../lib/options/options.js";
import {
  loadSettings,
  type Setting,
  type SettingsPlace,
  settableKeys,
  settingsFiles,
} from "../lib/options/settings.js";
import { command } from "../lib/stage/stage.js";
import type { Terminal } from "../lib/stage/terminal.js";
import { COMMAND_NAMES } from "./registry.js";

const ACTIONS = ["show", "keys", "files"] as const;

export default command({
  name: "config",
  summary: "show the settings in force and where each came from",
  details: `A setting is what a flag would say. The strongest wins: flag, environment (\`LOGPIPE_STORE\`), the project's \`logpipe.yaml\` (looked
for upward from the working directory), \`$XDG_CONFIG_HOME/logpipe/config.yaml\`, \`/etc/logpipe/config.yaml\`. Common options stand at
the top of a file; those of one command under its name:

    store: ./logs
    parse:
      format: combined

Secrets are never printed: values whose name speaks of a password, token, secret or key are shown as \`***\`.`,
  operands: [
    {
      name: "ACTION",
      summary: "show (default), keys: every setting there is, files: the files that were read",
    },
  ],
  options: {
    json: flag({ summary: "print as JSON lines" }),
    config: everywhere.config,
  },
  examples: [
    { title: "What holds here, and why", command: "config show" },
    { title: "Every setting with its variable and its flag", command: "config keys" },
    { title: "The files that are read from here, strongest first", command: "config files" },
  ],
  async run(given, terminal) {
    const place = {
      cwd: terminal.cwd,
      env: terminal.env,
      config: given.options.config,
      commands: COMMAND_NAMES,
    };
    const rows = await rowsOf(given.operands[0] ?? "show", place);
    await print(rows, given.options.json, terminal);
    return 0;
  },
});

type Row = Readonly<Record<string, string>>;

async function rowsOf(action: string, place: SettingsPlace): Promise<Row[]> {
  if (action === "show") return shownSettings(await loadSettings(place));
  if (action === "keys") return settableKeys();
  if (action === "files") return settingsFiles(place).map((file) => ({ file }));
  const facts = {
    option: "ACTION",
    value: action,
    reason: "not a known action",
    hint: `one of: ${ACTIONS.join(", ")}`,
  };
  throw failure("usage.bad-value", { ...facts, suggestion: suggest(action, ACTIONS) });
}

/** Every top-level setting, the defaults too, then those of single commands. */
function shownSettings(settings: ReadonlyMap<string, Setting>): Row[] {
  const keys = [...Object.keys(settable), ...[...settings.keys()].filter((key) => !(key in settable)).sort()];
  return keys.map((key) => {
    const setting = settings.get(key);
    const fallback = settable[key]?.default;
    const value = setting?.texts.join(",") ?? (fallback === undefined ? "" : String(fallback));
    return { key, value: isSecret(key) ? "***" : value, origin: setting?.origin ?? "default" };
  });
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
