/** Settings: what a flag would say, from the environment or a file, each with the place it came from. */
import { dirname, isAbsolute, join } from "node:path";
import { failure, type LogpipeError } from "../base/errors/index.js";
import { pathFault } from "../base/local/path.js";
import { suggest } from "../base/suggest.js";
import { settable } from "./common.js";
import { flagName, type Option, type Options } from "./options.js";
import { findSettingsFiles, type IgnoredFile, type SettingsFile } from "./project/files.js";

export interface Setting {
  /** `store`, or `parse.format` for one command's option. */
  readonly key: string;
  /** As the command line would have it; a repeated option has several. */
  readonly texts: readonly string[];
  /** Where it came from: `LOGPIPE_STORE`, `/home/ada/logpipe.yaml:3`. */
  readonly origin: string;
  /** The file it came from. */
  readonly file?: string;
  /** Of a project's file that the user has not agreed to: only what anybody may set holds (`Option.fromProject`). */
  readonly isUntrusted?: boolean;
}

export interface SettingsPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--config FILE`: instead of the project's file. */
  readonly config?: string | undefined;
  /** Names of the commands, which may have sections of their own. */
  readonly commands: readonly string[];
}

export interface LoadedSettings {
  /** The strongest of each key. */
  readonly values: ReadonlyMap<string, Setting>;
  /** Files that were found and not read. */
  readonly ignored: readonly IgnoredFile[];
}

/**
 * Every setting that holds at `place`, the strongest of each key: environment, project file (upward from the working
 * directory), `$XDG_CONFIG_HOME/logpipe/config.yaml`, `/etc/logpipe/config.yaml`. Throws usage.file with the line at
 * fault.
 */
export async function loadSettings(place: SettingsPlace): Promise<LoadedSettings> {
  const { files, ignored } = findSettingsFiles(place.cwd, place.env, place.config);
  const values = new Map<string, Setting>();
  for (const file of [...files].reverse()) {
    for (const setting of await readSettings(file, place)) values.set(setting.key, setting);
  }
  for (const setting of environmentSettings(place)) values.set(setting.key, setting);
  return { values, ignored };
}

/** What one file sets. Throws usage.file with the line at fault. */
export async function readSettings(file: SettingsFile, place: SettingsPlace): Promise<Setting[]> {
  const settings = await readSettingsFile(file, place.commands);
  if (!file.isProject || settings.length === 0) return settings;
  const { hasConsent } = await import("./project/consent.js");
  if (hasConsent(file.path, file.bytes, place.env)) return settings;
  return settings.map((setting) => ({ ...setting, isUntrusted: true }));
}

/** Notices about files that were not read. */
export function ignoredText({ path, reason }: IgnoredFile): string {
  return `ignored the settings file ${path}: ${reason}`;
}

/**
 * Whether the setting waits for `logpipe config trust`; `option` is what it sets, undefined where there is no such
 * option.
 */
export function needsConsent(setting: Setting, option: Option<unknown> | undefined): boolean {
  return setting.isUntrusted === true && option?.fromProject !== "free";
}

/**
 * The settings that `command` with these options takes, parsed; none for what is `given` already. Throws usage.file
 * naming the origin of one that cannot be read or is none of the command's, usage.needs-consent for one that the user
 * must agree to first: to go on without it could be to go on without what keeps secrets back.
 */
export function settingsFor(
  command: string,
  options: Options,
  settings: ReadonlyMap<string, Setting>,
  given: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  checkSection(command, options, settings);
  for (const [name, option] of Object.entries(options)) {
    if (Object.hasOwn(given, name)) continue;
    const common =
      Object.hasOwn(settable, name) && option.isSectionOnly !== true ? settings.get(name) : undefined;
    const setting = settings.get(`${command}.${name}`) ?? common;
    if (setting === undefined) continue;
    if (needsConsent(setting, option)) {
      const { key, origin: place, file = "" } = setting;
      throw failure("usage.needs-consent", { place, key, file });
    }
    values[name] = parseSetting(name, option, setting);
  }
  return values;
}

/** A word in a command's section that is none of its options. Variables are not judged: others may use the prefix. */
function checkSection(command: string, options: Options, settings: ReadonlyMap<string, Setting>): void {
  for (const { key, origin, file } of settings.values()) {
    if (file === undefined || !key.startsWith(`${command}.`)) continue;
    const name = key.slice(command.length + 1);
    if (Object.hasOwn(options, name)) continue;
    const reason = `${command} has no option "${name}"`;
    const hint = `run "logpipe help ${command}" for its options`;
    throw failure("usage.file", {
      place: origin,
      reason,
      suggestion: suggest(name, Object.keys(options)),
      hint,
    });
  }
}

/**
 * `store` to `LOGPIPE_STORE`, `parse.keepRaw` to `LOGPIPE_PARSE_KEEP_RAW`, `store info.json` to
 * `LOGPIPE_STORE_INFO_JSON`.
 */
export function variableName(key: string): string {
  return `LOGPIPE_${key
    .replace(/[A-Z]/g, (c) => `_${c}`)
    .replace(/[. -]/g, "_")
    .toUpperCase()}`;
}

function parseSetting(name: string, option: Option<unknown>, setting: Setting): unknown {
  let value: unknown;
  try {
    for (const text of setting.texts) value = option.parse(text, name, value);
  } catch (error) {
    const { message, help } = error as LogpipeError;
    throw failure("usage.file", { place: setting.origin, reason: message, hint: help });
  }
  return value;
}

function environmentSettings(place: SettingsPlace): Setting[] {
  const found: Setting[] = [];
  for (const [variable, text] of Object.entries(place.env)) {
    if (!variable.startsWith("LOGPIPE_") || text === undefined || text === "") continue;
    const key = keyOfVariable(variable, place.commands);
    if (key !== undefined) found.push({ key, texts: [text], origin: variable });
  }
  return found;
}

/** Undefined for a variable that is none of ours to judge: other programs may use the prefix too. */
function keyOfVariable(variable: string, commands: readonly string[]): string | undefined {
  const words = variable.slice("LOGPIPE_".length).toLowerCase();
  const camel = (text: string) => text.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());
  if (Object.hasOwn(settable, camel(words))) return camel(words);
  const command = commands.find((name) => words.startsWith(`${name.replaceAll(" ", "_")}_`));
  return command === undefined ? undefined : `${command}.${camel(words.slice(command.length + 1))}`;
}

async function readSettingsFile(
  { path, bytes }: SettingsFile,
  commands: readonly string[],
): Promise<Setting[]> {
  const { readYaml } = await import("./yaml.js");
  const settings: Setting[] = [];
  for (const entry of readYaml(bytes.toString("utf8"), path).entries()) {
    const nested = commands.includes(entry.key) ? entry.value.entries() : undefined;
    if (nested === undefined) settings.push(topLevel(entry, path, commands));
    else
      for (const inner of nested)
        settings.push(settingOf(`${entry.key}.${inner.key}`, inner, path, inner.value.texts()));
  }
  return settings;
}

type YamlEntry = import("./yaml.js").YamlEntry;

function topLevel(entry: YamlEntry, path: string, commands: readonly string[]): Setting {
  const option = Object.hasOwn(settable, entry.key) ? settable[entry.key] : undefined;
  if (option === undefined) {
    const suggestion = suggest(entry.key, [...Object.keys(settable), ...commands]);
    const hint = '"logpipe config keys" lists the settings';
    throw failure("usage.file", {
      place: entry.place,
      reason: `unknown setting "${entry.key}"`,
      suggestion,
      hint,
    });
  }
  const texts = entry.value.texts();
  const isPath = option.metavar === "DIR" || option.metavar === "FILE";
  return settingOf(entry.key, entry, path, isPath ? texts.map((text) => besideFile(text, path)) : texts);
}

function settingOf(key: string, entry: YamlEntry, path: string, texts: readonly string[]): Setting {
  return { key, texts, origin: `${path}:${entry.line}`, file: path };
}

/** Paths in a file are meant from where the file is. */
function besideFile(text: string, path: string): string {
  const isKept = text === "-" || isAbsolute(text) || pathFault(text, "") !== undefined;
  return isKept ? text : join(dirname(path), text);
}

/** Shown by `config keys`: the key, its variable and its flag. */
export function settableKeys(): { key: string; variable: string; flag: string; summary: string }[] {
  return Object.entries(settable).map(([key, option]) => {
    return { key, variable: variableName(key), flag: flagName(key), summary: option.summary };
  });
}
