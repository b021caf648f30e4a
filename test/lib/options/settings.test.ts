import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { choice, list, text } from "../../../src/lib/options/options.js";
import { findSettingsFiles } from "../../../src/lib/options/project/files.js";
import { loadSettings, settingsFor, variableName } from "../../../src/lib/options/settings.js";
import { temporaryDirectory } from "../../support/logpipe.js";

const commands = ["parse", "sink"];

/** A home with a user's file and a project below it, as given. */
function place(user: string | undefined, project: string | undefined, env: Record<string, string> = {}) {
  const home = temporaryDirectory();
  const cwd = join(home, "project");
  mkdirSync(join(home, ".config/logpipe"), { recursive: true });
  mkdirSync(cwd);
  if (user !== undefined) writeFileSync(join(home, ".config/logpipe/config.yaml"), user);
  if (project !== undefined) writeFileSync(join(cwd, "logpipe.yaml"), project);
  return { cwd, env: { HOME: home, ...env }, commands };
}

describe("settings", () => {
  it("come from the strongest place, key by key", async () => {
    const here = place("store: /user\ncolor: never\n", "store: /project\nworkers: 3\n", {
      LOGPIPE_WORKERS: "4",
    });
    const { values: settings } = await loadSettings(here);
    expect(
      [...settings.values()].map(({ key, texts, origin }) => [
        key,
        ...texts,
        origin.replace(here.env.HOME, "~"),
      ]),
    ).toEqual([
      ["store", "/project", "~/project/logpipe.yaml:1"],
      ["color", "never", "~/.config/logpipe/config.yaml:2"],
      ["workers", "4", "LOGPIPE_WORKERS"],
    ]);
  });

  it("XDG_CONFIG_HOME stands in for ~/.config", () => {
    const here = place("store: /user\n", undefined);
    const found = (env: Record<string, string>) => findSettingsFiles(here.cwd, env, undefined).files;
    expect(found(here.env)).toHaveLength(1);
    expect(found({ ...here.env, XDG_CONFIG_HOME: here.cwd })).toEqual([]);
  });

  it("paths in a file are meant from where the file is; addresses and - are not paths", async () => {
    const here = place(undefined, "store: ./logs\ndeadLetters: '-'\n");
    const { values: settings } = await loadSettings({ ...here, cwd: here.cwd });
    expect(settings.get("store")!.texts).toEqual([join(here.cwd, "logs")]);
    expect(settings.get("deadLetters")!.texts).toEqual(["-"]);
  });

  it("numbers keep the digits that were written", async () => {
    const here = place(undefined, "parse: { limit: 9223372036854775807, version: 1.10, on: 0x10 }\n");
    const { values: settings } = await loadSettings(here);
    const texts = ["limit", "version", "on"].map((name) => settings.get(`parse.${name}`)!.texts[0]);
    expect(texts).toEqual(["9223372036854775807", "1.10", "0x10"]);
  });

  it("are parsed as the flags are, and a fault names its origin", async () => {
    const options = {
      set: list({ summary: "" }),
      to: choice({ summary: "", choices: ["json", "csv"] }),
      name: text({ summary: "" }),
    };
    const { values: good } = await loadSettings(place("sink: { set: [a=1, b=2], to: csv }\n", undefined));
    expect(settingsFor("sink", options, good)).toEqual({ set: ["a=1", "b=2"], to: "csv" });
    expect(settingsFor("parse", options, good)).toEqual({});
    const { values: bad } = await loadSettings(place("sink:\n  to: cvs\n", undefined));
    expect(() => settingsFor("sink", options, bad)).toThrow(/config\.yaml:2: cannot read --to "cvs"/);
  });

  it.each([
    ["a: [1,\n", "not valid YAML"],
    ["wrokers: 2\n", 'unknown setting "wrokers"'],
    ["workers: { a: 1 }\n", "expected a value, found names with values"],
    ["- a\n", "expected names with values, found a list"],
    ["store: x\nstore: y\n", 'not valid YAML: "store" stands twice'],
  ])("%j is refused with its line", async (text, reason) => {
    const loading = loadSettings(place(undefined, text));
    await expect(loading).rejects.toMatchObject({ code: "usage.file", exitCode: 2 });
    await expect(loading).rejects.toThrow(reason);
    await expect(loading).rejects.toThrow(/logpipe\.yaml:\d+:\d+: /);
  });

  it("an empty file says nothing", async () => {
    expect([...(await loadSettings(place("", "# nothing yet\n"))).values]).toEqual([]);
  });

  it("names of variables", () => {
    expect(["store", "deadLetters", "parse.keepRaw"].map(variableName)).toEqual([
      "LOGPIPE_STORE",
      "LOGPIPE_DEAD_LETTERS",
      "LOGPIPE_PARSE_KEEP_RAW",
    ]);
  });
});
