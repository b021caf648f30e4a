/**
 * The crontabs of docs/alerts.md, by cron's rules: hardly any environment, no terminal, nothing on standard input.
 * Silent with exit code 0 as long as all is well; when it is not, there is something to mail; conditions end with 1.
 */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { BIN, finished, logpipe, ROOT, temporaryDirectory } from "../support/logpipe.js";

const page = readFileSync(join(ROOT, "docs/alerts.md"), "utf8");
const lines = blocksOf("crontab").flatMap((block) => block.split("\n").filter((line) => /^[\d*]/.test(line)));
const [conditions, upkeep] = [
  lines.filter((line) => /fail-if|exit-code|check --only/.test(line)),
  lines.filter((line) => !/fail-if|exit-code|check --only/.test(line)),
];

it("there are both kinds of lines", () => {
  expect(conditions.length).toBeGreaterThan(5);
  expect(upkeep.length).toBeGreaterThan(3);
});

it.each(conditions)("%s", async (line) => {
  const well = await machine({ hasTrouble: false });
  expect({ line, ...(await cron(line, well)) }).toEqual({ line, code: 0, stdout: "", stderr: "" });
  const ill = await machine({ hasTrouble: true });
  const { code, stdout, stderr } = await cron(line, ill);
  expect({ line, code, says: stderr }).toEqual({
    line,
    code: 1,
    says: expect.stringContaining("logpipe: condition holds: "),
  });
  expect(stdout + stderr).not.toBe("");
});

it("what keeps a store is silent, twice, and speaks where it cannot be done", async () => {
  const home = await machine({ hasTrouble: false });
  for (const line of [...upkeep, ...upkeep])
    expect({ line, ...(await cron(line, home)) }).toEqual({ line, code: 0, stdout: "", stderr: "" });
  const odd = await machine({ hasTrouble: false, hasStore: false });
  for (const line of upkeep.slice(1)) {
    const { code, stderr } = await cron(line, odd);
    expect({ line, code, isSaid: stderr !== "" }).toEqual({ line, code: 1, isSaid: true });
  }
});

it("conditions with -q say nothing, and the exit code is the same", async () => {
  const home = await machine({ hasTrouble: true });
  for (const line of conditions) {
    const { code, stderr } = await cron(`${line.replace(/\blogpipe (\w+)/g, "logpipe $1 -q")} `, home);
    expect({ line, code, stderr }).toEqual({ line, code: 1, stderr: "" });
  }
});

/** A machine's directories below one directory: logs of the last minutes, the file of checks, a store. */
async function machine({
  hasTrouble,
  hasStore = true,
}: {
  hasTrouble: boolean;
  hasStore?: boolean;
}): Promise<string> {
  const home = temporaryDirectory();
  for (const path of ["var/log/nginx", "var/log/app", "etc/logpipe", "var/lib", "bin"])
    mkdirSync(join(home, path), { recursive: true });
  symlinkSync(BIN, join(home, "bin/logpipe"));
  chmodSync(join(home, "etc/logpipe"), 0o755);
  const access = Array.from({ length: 400 }, (_, n) => accessLine(n, hasTrouble)).join("");
  writeFileSync(join(home, "var/log/nginx/access.log"), access);
  const level = hasTrouble ? "error" : "info";
  const event = { timestamp: new Date(Date.now() - 60_000).toISOString(), level, message: "hello" };
  writeFileSync(join(home, "var/log/app/app.ndjson"), `${JSON.stringify(event)}\n`);
  writeFileSync(join(home, "etc/logpipe/checks.yaml"), placed(blocksOf("yaml")[0]!, home));
  if (!hasStore) return home;
  const store = join(home, "var/lib/logpipe");
  const run = `parse | sink --store ${store}`;
  const stored = await logpipe(["run", "-q", run, join(home, "var/log/nginx/access.log")], { cwd: home });
  expect({ code: stored.code, stderr: stored.stderr }).toEqual({ code: 0, stderr: "" });
  return home;
}

function accessLine(n: number, hasTrouble: boolean): string {
  const time = new Date(Date.now() - 1000 - n * 100).toISOString().replace(/\.\d+Z/, "+00:00");
  const status = hasTrouble && n % 2 === 0 ? 500 : 200;
  const seconds = hasTrouble ? "3.250" : "0.012";
  const client = hasTrouble ? 7 : n % 9;
  return `192.0.2.${client} - - [${time}] "GET /cart HTTP/1.1" ${status} 512 "-" "curl/8.5.0" rt=${seconds}\n`;
}

/** The directories that the page names, below another one. */
function placed(text: string, home: string): string {
  return text.replaceAll(/\/(var|etc)\//g, `${home}/$1/`);
}

async function cron(line: string, home: string) {
  const command = placed(line.replace(/^(\S+ ){5}/, ""), home);
  const path = `${join(home, "bin")}:${dirname(process.execPath)}:/usr/bin:/bin`;
  const child = spawn("/bin/sh", ["-c", command], {
    cwd: home,
    env: { PATH: path, HOME: home, SHELL: "/bin/sh", LOGNAME: "root" },
    stdio: [openSync("/dev/null", "r"), "pipe", "pipe"],
  });
  const { code, stdout, stderr } = await finished(child, undefined);
  return { code, stdout, stderr };
}

function blocksOf(kind: string): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, block]) => block!);
}
