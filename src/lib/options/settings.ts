/** Settings: what a flag would say, from the environment or a file, each with the place it came from. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { failure, type LogpipeError, reasonOf } from "../base/errors/index.js";
import { suggest } from "../base/suggest.js";
import { settable } from "./common.js";
import { flagName, type Option, type Options } from "./options.js";

export interface Setting {
  /** `store`, or `parse.format` for one command's option. */
  readonly key: string;
  /** As the command line would have it; a repeated option has several. */
  readonly texts: readonly string[];
  /** Where it came from: `LOGPIPE_STORE`, `/home/ada/logpipe.yaml:3`. */
  readonly origin: string;
}

export interface SettingsPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--config FILE`: instead of the project's file. */
  readonly config?: string | undefined;
  /** Names of the commands, which may have sections of their own. */
  readonly commands: readonly string[];
}

export const PROJECT_FILE = "logpipe.yaml";

/**
 * Every setting that holds at `place`, the strongest of each key: environment, project file (upward from the working
 * directory), `$XDG_CONFIG_HOME/logpipe/config.yaml`, `/etc/logpipe/config.yaml`. Throws usage.file with the line at fault.
 */
export async function loadSettings(place: SettingsPlace): Promise<ReadonlyMap<string, Setting>> {
  const settings = new Map<string, Setting>();
  for (const path of settingsFiles(place).reverse()) {
    for (const setting of await readSettingsFile(path, place.commands)) settings.set(setting.key, setting);
  }
  for (const setting of environmentSettings(place)) settings.set(setting.key, setting);
  return settings;
}

/** The files that exist, strongest first. Throws usage.unreadable when the one named by --config does not. */
export function settingsFiles(place: SettingsPlace): string[] {
  const files: string[] = [];
  if (place.config !== undefined) {
    const named = resolve(place.cwd, place.config);
    if (!existsSync(named)) throw unreadable(place.config, "no such file or directory");
    files.push(named);
  } else {
    const project = upward(place.cwd);
    if (project !== undefined) files.push(project);
  }
  const home =
    place.env["XDG_CONFIG_HOME"] || (place.env["HOME"] ? join(place.env["HOME"], ".config") : undefined);
  if (home !== undefined) files.push(join(home, "logpipe", "config.yaml"));
  files.push("/etc/logpipe/config.yaml");
  return files.filter((path) => existsSync(path));
}

/** The settings that `command` with these options takes, parsed. Throws usage.bad-value naming the origin. */
export function settingsFor(
  command: string,
  options: Options,
  settings: ReadonlyMap<string, Setting>,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    const setting = settings.get(`${command}.${name}`) ?? (name in settable ? settings.get(name) : undefined);
    if (setting !== undefined) values[name] = parseSetting(name, option, setting);
  }
  return values;
}

/** `store` to `LOGPIPE_STORE`, `parse.keepRaw` to `LOGPIPE_PARSE_KEEP_RAW`, `store info.json` to `LOGPIPE_STORE_INFO_JSON`. */
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
  if (camel(words) in settable) return camel(words);
  const command = commands.find((name) => words.startsWith(`${name.replaceAll(" ", "_")}_`));
  return command === undefined ? undefined : `${command}.${camel(words.slice(command.length + 1))}`;
}

function upward(from: string): string | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    const path = join(directory, PROJECT_FILE);
    if (existsSync(path)) return path;
    if (dirname(directory) === directory) return undefined;
  }
}

async function readSettingsFile(path: string, commands: readonly string[]): Promise<Setting[]> {
  const { readYaml } = await import("./yaml.js");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw unreadable(path, reasonOf(error));
  }
  const settings: Setting[] = [];
  for (const entry of readYaml(text, path).entries()) {
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
  const option = settable[entry.key];
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
  return { key, texts, origin: `${path}:${entry.line}` };
}

/** Paths in a file are meant from where the file is. */
function besideFile(text: string, path: string): string {
  return text === "-" || isAbsolute(text) || text.includes("://") ? text : join(dirname(path), text);
}

function unreadable(path: string, reason: string): LogpipeError {
  return failure("usage.unreadable", { what: "settings file", path, reason });
}

/** Shown by `config keys`: the key, its variable and its flag. */
export function settableKeys(): { key: string; variable: string; flag: string; summary: string }[] {
  return Object.entries(settable).map(([key, option]) => {
    return { key, variable: variableName(key), flag: flagName(key), summary: option.summary };
  });
}
