/** `config trust`: what a project's file may decide only with the consent of its user. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { failure, reasonOf } from "../lib/base/errors/index.js";
import { readOwnFile } from "../lib/base/local/owner.js";
import { localPath } from "../lib/base/local/path.js";
import { allOptions, settable } from "../lib/options/common.js";
import type { AnyOption } from "../lib/options/options.js";
import { giveConsent, hasConsent, withdrawConsent } from "../lib/options/project/consent.js";
import { findSettingsFiles, PROJECT_FILE, type SettingsFile } from "../lib/options/project/files.js";
import { needsConsent, readSettings, type Setting, type SettingsPlace } from "../lib/options/settings.js";
import type { Terminal } from "../lib/stage/terminal.js";
import { loadCommand } from "./registry.js";

/** Records the consent to the file as it is now, or takes it back, and says what that is about. */
export async function changeConsent(
  action: "trust" | "untrust",
  named: string | undefined,
  place: SettingsPlace,
  terminal: Terminal,
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
  for (const setting of settings) if (await isWaiting(setting)) waiting.push(setting.key);
  const isNew = !hasConsent(path, bytes, env);
  giveConsent(path, bytes, env);
  const what = waiting.length === 0 ? "it sets nothing that needs it" : `it may set ${waiting.join(", ")}`;
  await terminal.stdout.write(`${isNew ? "trusted" : "trusted as before"}: ${path}: ${what}\n`);
  return 0;
}

/** Whether the setting has no effect yet. */
export async function isWaiting(setting: Setting): Promise<boolean> {
  return setting.isUntrusted === true && needsConsent(setting, await optionOf(setting.key));
}

async function optionOf(key: string): Promise<AnyOption | undefined> {
  const at = key.lastIndexOf(".");
  if (at < 0) return Object.hasOwn(settable, key) ? settable[key] : undefined;
  const declaration = await loadCommand(key.slice(0, at));
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
