import { describe, expect, it } from "vitest";
import { difference } from "../../bench/lib/agree.mjs";
import { type Contender, contest } from "../../bench/lib/contest.mjs";
import { summary } from "../../bench/lib/measure.mjs";

const printing = (name: string, line: string): Contender => ({
  name,
  command: `echo '${line}'`,
  prints: true,
});

async function run(contenders: readonly Contender[], rounds = 2) {
  const said: string[] = [];
  const result = await contest(
    { title: "test", contenders },
    { rounds, log: (line) => said.push(line.trim()) },
  );
  return { result, said };
}

describe("a contest", () => {
  it("times contenders whose answers agree", async () => {
    const { result, said } = await run([printing("ours", '{"a":1,"more":2}'), printing("peer", '{"a":1}')]);
    expect(result.rows.map(({ name }) => name)).toEqual(["ours", "peer"]);
    expect(said).toContain("answers agree: ours, peer");
  });

  it.each([
    ["another value", '{"a":2}', "line 1: a is 1 against 2"],
    ["a field that ours lacks", '{"b":1}', "line 1: b is undefined against 1"],
    ["another number of lines", '{"a":1}\n{"a":1}', "1 lines against 2"],
  ])("lets no wrong answer win: %s", async (_, line, fault) => {
    await expect(run([printing("ours", '{"a":1}'), printing("peer", line)])).rejects.toThrow(
      `do not agree: ${fault}`,
    );
  });

  it("compares answers that are not printed", async () => {
    const stored = (name: string, rows: number): Contender => ({
      name,
      command: "true",
      answer: () => ({ rows }),
    });
    await expect(run([stored("ours", 1), stored("peer", 2)])).rejects.toThrow(
      '{"rows":1} against {"rows":2}',
    );
    expect((await run([stored("ours", 2), stored("peer", 2)])).result.rows).toHaveLength(2);
  });

  it("takes turns, and prepares each turn", async () => {
    const turns: string[] = [];
    const counted = (name: string): Contender => ({ name, command: "true", before: () => turns.push(name) });
    await run([counted("a"), counted("b")], 3);
    expect(turns.join("")).toBe("abababab");
  });

  it("says which peer is not installed", async () => {
    const { result, said } = await run([
      printing("ours", "{}"),
      { name: "other", command: "true", needs: "no-such-program" },
    ]);
    expect(said).toContain("skipped: no-such-program not installed");
    expect(result.skipped).toEqual(["other"]);
  });

  it("ends when a contender fails, with what it said", async () => {
    await expect(run([{ name: "ours", command: "echo gone wrong >&2; exit 3" }])).rejects.toThrow(
      /ended with 3: gone wrong/,
    );
  });

  it("sees a failure inside a pipe", async () => {
    await expect(run([{ name: "ours", command: "false | cat" }])).rejects.toThrow("ended with 1");
  });
});

it("difference compares nested values and order of sampled lines", () => {
  const one = { lines: 998, events: [{ a: [1, { b: 2 }] }, { c: 3 }] };
  expect(difference(one, one)).toBeUndefined();
  expect(difference(one, { lines: 998, events: [{ a: [1, { b: 3 }] }, { c: 3 }] })).toContain("line 1: a is");
  expect(difference(one, { lines: 998, events: [{}, { c: 4 }] })).toBe("line 998: c is 3 against 4");
});

it("summary takes the middle", () => {
  expect(summary([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  expect(summary([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
});
