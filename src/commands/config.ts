import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { failure, reasonOf } from "../lib/base/errors/index.js";
import { readOwnFile } from "../lib/base/local/owner.js";
import { localPath } from "../lib/base/local/path.js";
import { allOptions, everywhere, settable } from "../lib/options/common.js";
import { type AnyOption, flag } from "../lib/options/options.js";
import { giveConsent, hasConsent, withdrawConsent } from "../lib/options/project/consent.js";
import { findSettingsFiles, PROJECT_FILE, type SettingsFile } from "../lib/options/project/files.js";
import {
  type LoadedSettings,
  loadSettings,
  needsConsent,
  readSettings,
  type Setting,
  type SettingsPlace,
  settableKeys,
} from "../lib/options/settings.js";
import { type Actions, actionOf, unusedByAction } from "../lib/pipeline/contract/command-actions.js";
import { command, type Registry } from "../lib/pipeline/contract/stage.js";
import type { Terminal } from "../lib/pipeline/contract/terminal.js";

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
  async run(given, terminal, registry) {
    const place = {
      cwd: terminal.cwd,
      env: terminal.env,
      config: given.options.config,
      commands: registry.names,
    };
    const { action, operands } = actionOf("config", ACTIONS, "show", given.operands);
    const [file] = operands;
    if (action === "trust" || action === "untrust")
      return changeConsent(action, file, place, terminal, registry);
    const rows = await rowsOf(action, place, registry);
    await print(rows, given.options.json, terminal);
    return 0;
  },
});

type Row = Readonly<Record<string, string>>;

async function rowsOf(action: string, place: SettingsPlace, registry: Registry): Promise<Row[]> {
  if (action === "show") return shownSettings(await loadSettings(place), registry);
  if (action === "keys") return settableKeys();
  return shownFiles(place);
}

/** Every top-level setting, the defaults too, then those of single commands, then the files that are not believed. */
async function shownSettings({ values, ignored }: LoadedSettings, registry: Registry): Promise<Row[]> {
  const others = [...values.keys()].filter((key) => !Object.hasOwn(settable, key)).sort();
  const rows: Row[] = [];
  for (const key of [...Object.keys(settable), ...others]) {
    const setting = values.get(key);
    const fallback = Object.hasOwn(settable, key) ? settable[key]?.default : undefined;
    const value = setting?.texts.join(",") ?? (fallback === undefined ? "" : String(fallback));
    const state =
      setting !== undefined && (await isWaiting(setting, registry)) ? "waits for: logpipe config trust" : "";
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

/** Records the consent to the file as it is now, or takes it back, and says what that is about. */
async function changeConsent(
  action: "trust" | "untrust",
  named: string | undefined,
  place: SettingsPlace,
  terminal: Terminal,
  registry: Registry,
): Promise<number> {
  const file = projectFile(named, place);
  const { path, bytes } = file;
  const { env } = place;
  if (action === "untrust") {
    const hadConsent = withdrawConsent(path, bytes, env);
    await terminal.stdout.write(hadConsent ? `no longer trusted: ${path}\n` : `was not trusted: ${path}\n`);
    return 0;
  }
  // Read before it is trusted: what cannot be read cannot have been meant.
  const settings = (await readSettings(file, place)).map((one) => ({ ...one, isUntrusted: true }));
  const waiting: string[] = [];
  for (const setting of settings) if (await isWaiting(setting, registry)) waiting.push(setting.key);
  const isNew = !hasConsent(path, bytes, env);
  giveConsent(path, bytes, env);
  const what = waiting.length === 0 ? "it sets nothing that needs it" : `it may set ${waiting.join(", ")}`;
  await terminal.stdout.write(`${isNew ? "trusted" : "trusted as before"}: ${path}: ${what}\n`);
  return 0;
}

/** Whether the setting has no effect yet. */
async function isWaiting(setting: Setting, registry: Registry): Promise<boolean> {
  return setting.isUntrusted === true && needsConsent(setting, await optionOf(setting.key, registry));
}

async function optionOf(key: string, registry: Registry): Promise<AnyOption | undefined> {
  const at = key.lastIndexOf(".");
  if (at < 0) return Object.hasOwn(settable, key) ? settable[key] : undefined;
  const declaration = await registry.load(key.slice(0, at));
  const options = declaration === undefined ? {} : allOptions(declaration);
  const name = key.slice(at + 1);
  return Object.hasOwn(options, name) ? options[name] : undefined;
}

function projectFile(named: string | undefined, place: SettingsPlace): SettingsFile {
  if (named !== undefined) return namedFile(named, place);
  const { files, ignored } = findSettingsFiles(place.cwd, place.env, undefined);
  const found = files.find((file) => file.isProject);
  if (found !== undefined) return found;
  const [foreign] = ignored;
  if (foreign !== undefined) throw failure("usage.not-trusted", foreign);
  const reason = `there is no ${PROJECT_FILE} here or above`;
  throw failure("usage.unreadable", { what: "settings file", path: PROJECT_FILE, reason });
}

function namedFile(named: string, { cwd, env }: SettingsPlace): SettingsFile {
  const given = localPath(cwd, named, "FILE");
  const path = existsSync(given) && statSync(given).isDirectory() ? join(given, PROJECT_FILE) : given;
  let read: ReturnType<typeof readOwnFile>;
  try {
    read = readOwnFile(path, env);
  } catch (error) {
    throw failure("usage.unreadable", { what: "settings file", path: named, reason: reasonOf(error) }, error);
  }
  if ("bytes" in read) return { path, bytes: read.bytes, isProject: true };
  throw failure("usage.not-trusted", { path, reason: read.ignored });
}
