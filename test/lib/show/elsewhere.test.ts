import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandFor, knownWords } from "../../../src/lib/show/elsewhere/words.js";
import { shell, temporaryDirectory } from "../../support/logpipe.js";

const LOG = `time=2026-11-30T08:00:00Z level=info msg=start user=u1 status=200 ms=5 path=/a
time=2026-11-30T08:00:01Z level=error msg=boom user=u2 status=500 ms=9 path=/b
time=2026-11-30T08:00:02Z level=error msg=boom user=u1 status=500 ms=20 path=/a
`;

function laid(): string {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "a.log"), LOG);
  writeFileSync(join(cwd, "p.yaml"), "- parse\n- filter: ms > 5\n");
  return cwd;
}

/** Words that want another operand than a log. */
const OWN: Readonly<Record<string, readonly string[]>> = { validate: ["p.yaml"], lint: ["p.yaml"] };

describe("the commands behind words from elsewhere", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["limit", ["2", "a.log"], /^(?:\{.*\}\n){2}$/],
    ["mask", ["a.log"], /^(?:\{.*"level".*\}\n){3}$/],
    ["anomalies", ["a.log"], /^(?:\{.*\}\n)*$/],
    ["count", ["a.log"], /^\{"count":3\}\n$/],
    ["count", ["level", "a.log"], /^\{"level":"error","count":2,.*\n.*"info","count":1/],
    ["wc", ["-l", "a.log"], /^\{"count":3\}\n$/],
    ["distinct", ["user", "a.log"], /^\{"distinct_user":2\}\n$/],
    ["count-distinct", ["-f", "user", "a.log"], /^\{"distinct_user":2\}\n$/],
    ["uniq", ["-c", "a.log"], /"message":"boom","count":2/],
    ["uniq", ["a.log"], /^(?:\{.*\}\n){2}$/],
    ["group", ["--by", "path", "a.log"], /"path":"\/a","count":2/],
    ["avg", ["ms", "a.log"], /^\{"avg_ms":11\.3/],
    ["sum", ["ms", "a.log"], /^\{"sum_ms":34\}/],
    ["p95", ["ms", "a.log"], /"p95_ms":/],
    ["percentile", ["ms", "a.log"], /"p95_ms":/],
    ["max", ["ms", "--by", "path", "a.log"], /"path":"\/a","max_ms":20/],
    ["stats1", ["-a", "mean,p95,count", "-f", "ms", "-g", "path", "a.log"], /"avg_ms":12\.5.*"count":2/],
    ["summary", ["a.log"], /"level":"error","count":2/],
    ["errors", ["a.log"], /^(?:.*ERROR boom.*\n){2}$/],
    ["pretty", ["a.log"], /INFO {2}start/],
    ["chart", ["a.log"], /^count, 3 in all/],
    ["plot", ["ms", "a.log"], /3 in all/],
    ["alert", ["count > 2", "a.log"], /"state":"failed"/],
    ["put", ["$s = $ms / 1000", "a.log"], /"s":0\.005/],
    ["remap", [".s = 1", "a.log"], /"s":1/],
    ["rename", ["user,who", "a.log"], /"who":"u1"/],
    ["rename", ["user=who", "a.log"], /"who":"u1"/],
    ["validate", ["p.yaml"], /^parse \| filter: nothing wrong\n$/],
    ["sql", ["select 1 as n", "a.log"], /"n":1/],
    ["sql", ["select count(*) as n from stdin", "a.log"], /^\{"n":3\}\n$/],
    ["select", ["path,", "status", "a.log"], /"path":"\/a","status":200/],
    ["select", ['.level=="error"', "a.log"], /^(?:\{.*"boom".*\}\n){2}$/],
    ["select", ["ms > 5", "a.log"], /^(?:\{.*"boom".*\}\n){2}$/],
    ["jq", ['select(.level=="error")', "a.log"], /^(?:\{.*"boom".*\}\n){2}$/],
    ["where", ["status>=500", "a.log"], /^(?:.*ERROR boom.*\n){2}$/],
    ["grep", ["-c", "boom", "a.log"], /^\s*2\n$/],
    ["head", ["-n", "1", "a.log"], /^.*start.*\n$/],
    ["tail", ["-n", "1", "a.log"], /^.*boom.*\n$/],
    ["sed", ["s/boom/bang/", "a.log"], /"message":"bang"/],
    ["csv", ["a.log"], /^timestamp,level,/],
  ])("%s %j", async (word, words, expected) => {
    const { stdout, stderr } = await shell(commandFor(word, words)!, { cwd: laid() });
    expect(`${stdout}`, `${commandFor(word, words)}\n${stderr}`).toMatch(expected);
    if (word === "alert") expect(stderr).toContain("condition holds");
  });

  it("are right command lines, every one", { timeout: 300_000 }, async () => {
    const lines = new Set(knownWords().map((word) => commandFor(word, OWN[word] ?? ["a.log"])!));
    const cwd = laid();
    const faulty: string[] = [];
    for (const line of lines) {
      // What needs a store, writes one, or never ends is another test's; what is not given has a stand-in.
      if (/FILE|store|logpipe -f|compact|\btac\b|man -l|users\.csv|pipeline\.yaml|config/.test(line))
        continue;
      const ran = await shell(line, { cwd });
      if (ran.code === 2 || /has log lines|no option|unknown/.test(ran.stderr))
        faulty.push(`${line}: ${ran.stderr}`);
    }
    expect(faulty).toEqual([]);
  });
});
