/** Every command in the second column of docs/coming-from.md does something on files like those it names. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { ROOT, shell, temporaryDirectory } from "../support/logpipe.js";

const LINES = [
  "2026-11-21 10:00:00,001 INFO  [main] shop.Cart - opened, trace 4bf92f35, password=hunter2",
  "2026-11-21 10:00:01,002 WARN  [main] shop.Cart - timeout of the bank",
  "2026-11-21 10:00:02,003 ERROR [main] shop.Cart - no answer",
].map((line) => `${line}\n`);
const EVENTS = [
  { timestamp: "2026-11-21T10:00:00Z", level: "info", path: "/", ms: 120, user: 1 },
  { timestamp: "2026-11-21T10:00:01Z", level: "error", path: "/cart", ms: 900, user: 2 },
].map((event) => `${JSON.stringify(event)}\n`);

function files(): string {
  const directory = temporaryDirectory();
  const put = (name: string, bytes: string | Buffer) => writeFileSync(join(directory, name), bytes);
  for (const name of ["app.log", "a.log", "b.log"]) put(name, LINES.join(""));
  put("app.ndjson", EVENTS.join(""));
  put("orders.csv", "id,price\n1,2.50\n");
  put("users.csv", "user,name\n1,ann\n2,bo\n");
  mkdirSync(join(directory, "logs"));
  put("logs/app.log.1.gz", gzipSync(LINES.join("")));
  put("access.log", readFileSync(join(ROOT, "fixtures/nginx/access.log")));
  return directory;
}

const page = readFileSync(join(ROOT, "docs/coming-from.md"), "utf8");
const commands = page
  .split("\n")
  .flatMap((line) => /^\| .*[^\\] \| (`.*`) \|$/.exec(line)?.[1] ?? [])
  .flatMap((cell) => (/^`[^`]*`$/.test(cell) ? [cell.slice(1, -1).replaceAll("\\|", "|")] : []))
  .filter((command) => command.startsWith("logpipe "));

it("has commands", () => {
  expect(commands.length).toBeGreaterThan(30);
});

it.each(commands)("%s", async (command) => {
  // What follows for ever is only planned.
  const line = / -f /.test(command) ? `${command} --dry-run` : command;
  const ran = await shell(line, { cwd: files() });
  // The log has errors: that is what the exit code says.
  const code = command.includes("--exit-code") ? 1 : 0;
  expect({ code: ran.code, printed: ran.stdout !== "" }).toEqual({ code, printed: true });
});
