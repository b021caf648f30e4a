/** Runs a line of bash on a pseudo-terminal, through script(1) of util-linux. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanEnvironment, ROOT, type RunSettings, temporaryDirectory } from "./logpipe.js";

/** Whether this machine can: elsewhere the tests are skipped, and say so. */
export const hasPseudoTerminal = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

export interface Seen {
  /** What the terminal showed, its line ends as "\n". */
  readonly screen: string;
  readonly code: number;
}

/** The terminal is 80 columns wide; nothing is typed. */
export function onTerminal(line: string, settings: RunSettings = {}): Seen {
  const cwd = settings.cwd ?? temporaryDirectory();
  const typescript = join(cwd, "typescript");
  const file = join(cwd, "line.bash");
  writeFileSync(file, `stty cols 80 rows 24\n${line}\n`);
  const ran = spawnSync("script", ["-qec", `bash ${file}`, typescript], {
    cwd,
    env: { ...cleanEnvironment(cwd), ...settings.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 280_000,
  });
  const screen = readFileSync(typescript, "utf8");
  const body = screen.replace(/^Script started[^\n]*\n/, "").replace(/\n?Script done[^\n]*\n?$/, "");
  return { screen: body.replaceAll("\r\n", "\n"), code: ran.status ?? -1 };
}

export { ROOT };
