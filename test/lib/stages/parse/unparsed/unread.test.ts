import { describe, expect, it } from "vitest";
import { bestWay, commandsFor, UnreadLines } from "../../../../../src/lib/stages/parse/unparsed/unread.js";

function countsOf(lines: readonly string[]): Record<string, number> {
  const unread = new UnreadLines();
  const counts: Record<string, number> = {};
  for (const line of lines) unread.add(line);
  unread.count((name, by) => (counts[name] = (counts[name] ?? 0) + by));
  return counts;
}

describe("lines that no format reads", () => {
  it("are counted by their pattern", () => {
    expect(countsOf(["took 1 box", "took 22 box", "odd"])).toEqual({
      "unread: took <num> box": 2,
      "unread: odd": 1,
    });
  });

  it("are counted once, and only the first line of a record", () => {
    const unread = new UnreadLines();
    const said: [string, number][] = [];
    unread.add("took 1 box\n  more");
    unread.count((name, by) => said.push([name, by]));
    unread.count((name, by) => said.push([name, by]));
    expect(said).toEqual([["unread: took <num> box", 1]]);
  });

  it("that are no text are left out", () => {
    expect(countsOf(["\u0000\u0001 1", "\u001b[31m 1"])).toEqual({});
  });

  it("are read by the command that is named", () => {
    const counts = countsOf([
      "from 192.0.2.7 took {7}",
      "from 192.0.2.8 took {8}",
      "all the same",
      "all the same",
    ]);
    expect(commandsFor(counts)).toEqual(["parse -f 'template:from {ip:ip} took {{{number:float}}}'"]);
  });

  it("are read by it with the blanks that they begin with", () => {
    expect(commandsFor(countsOf(["\t/usr/share/fonts", "\t/usr/local/share/fonts"]))).toEqual([
      "parse -f 'template: {path:word}'",
    ]);
  });

  it("get no command where none reads them", () => {
    const counts = countsOf(["took 1x7.3 s", "a[1][2]b", "a[3][4]b"]);
    for (const command of commandsFor(counts)) expect(command).not.toContain("}{");
  });

  it("of several patterns are read by what most of them begin with", () => {
    const lines = [1, 2, 3].flatMap((n) => [
      `${n} [main] INFO shop.Cart - hello ${n}`,
      `${n} [main] WARN shop.Pool - the pool of ${n} is low`,
      `${n} [main] ERROR shop.Pool - gone`,
    ]);
    const way = bestWay(countsOf(lines), [...lines, "and other text"]);
    expect(way).toEqual({
      command: "parse -f 'template:{number:float} [main] {level:level} {word:word} - {message}'",
      reads: lines,
    });
  });
});
