import { describe, expect, it } from "vitest";
import { piecesOf } from "../../../../src/lib/sketch/templates/pieces.js";
import { SHAPE_BYTES_MAX } from "../../../../src/lib/sketch/templates/shape.js";
import { current } from "../../../../src/lib/sketch/templates/template.js";
import { TemplateMiner } from "../../../../src/lib/sketch/templates/templates.js";
import { variableValues } from "../../../../src/lib/sketch/templates/values.js";
import { mined, read, texts } from "./mining.js";

function templateText(text: string): string {
  return texts(mined([text]))[0]!.slice(2);
}

describe("values by their form", () => {
  it.each([
    ["took 12.5 ms", "took <duration>"],
    ["took 1h 5m", "took <duration>"],
    ["lifetime <1 sec", "lifetime <duration>"],
    ["wrote 4096 bytes (4.00 KB) to disk", "wrote <size> to disk"],
    ["free 3.6 MB", "free <size>"],
    ["from 192.0.2.7:443", "from <ip>:<num>"],
    ["from fe80::1:2 on", "from <ip> on"],
    ["mac 00:11:43:e3:ba:c3", "mac <mac>"],
    ["at 2026-11-22T10:00:00.123Z", "at <time>"],
    ["at Sun Jun 19 04:05:02 2005 sharp", "at <time> sharp"],
    ["at 22/Nov/2026:10:00:00 +0100", "at <time>"],
    ["id 550e8400-e29b-41d4-a716-446655440000", "id <uuid>"],
    ["address 0x7ffe12 and deadbeef01", "address <hex> and <hex>"],
    ["block blk_-1608999 of rdd_4_20", "block blk_<num> of rdd_<num>"],
    ["attempt_201706092018_0024_m_000001_1138: done", "attempt_<id>: done"],
    ["trace x7Gk2Lp9Qq3 lost", "trace <id> lost"],
    ["mail ann.lee@example.com bounced", "mail ann.lee@example.com bounced"],
    ["sha1 of utf8 over ssh2", "sha1 of utf8 over ssh2"],
    ["-5 of +3 at 12% or 1e9", "<num> of <num> at <num> or <num>"],
    ["nothing here", "nothing here"],
  ])("%s", (text, expected) => {
    expect(templateText(text)).toBe(expected);
  });

  it("shows what may be a name until another one comes", () => {
    expect(texts(mined(["open /etc/hosts", "open /etc/hosts"]))).toEqual(["2 open /etc/hosts"]);
    expect(texts(mined(["open /etc/hosts", "open /var/lib/x"]))).toEqual(["2 open <path>"]);
    expect(texts(mined(["GET http://a.org/", "GET http://b.org/x"]))).toEqual(["2 GET <url>"]);
    expect(texts(mined(["to a@b.org", "to c@d.org"]))).toEqual(["2 to <email>"]);
    expect(texts(mined(["host db.example.com up", "host www.example.com up"]))).toEqual(["2 host <*> up"]);
  });

  it("takes a list as one value, and a row of numbers as several", () => {
    const lists = ["nodes 192.0.2.1, 192.0.2.2", "nodes 192.0.2.1", "nodes 192.0.2.1, 192.0.2.2, 192.0.2.3"];
    expect(texts(mined(lists))).toEqual(["3 nodes <ip>"]);
    expect(templateText("lost blk_1 blk_2 blk_3")).toBe("lost blk_<num>");
    expect(templateText("row 1 2 3")).toBe("row <num> <num> <num>");
  });

  it("takes nothing as a value where one is expected", () => {
    expect(texts(mined(["from a ()", "from a (b.c.org)"]))).toEqual(["2 from a (<*>)"]);
    expect(texts(mined(["user= host=x.y.z", "user=a.b.c host=x.y.z"]))).toEqual(["2 user=<*> host=x.y.z"]);
  });
});

describe("words that become variables", () => {
  const logins = (users: readonly string[]) => users.map((user) => `login of ${user} was refused by policy`);

  it("waits for evidence, and keeps the id of the oldest", () => {
    const miner = new TemplateMiner();
    const found = read(miner, logins(["ann", "bob", "eve"]));
    expect(texts(miner)).toHaveLength(3);
    read(miner, logins(["joe"]));
    expect(texts(miner)).toEqual(["4 login of <*> was refused by policy"]);
    const [only] = miner.templates();
    expect(only!.id).toBe(found[0]!.id);
    expect(only!.formerIds).toEqual(expect.arrayContaining([found[1]!.id, found[2]!.id]));
    expect(found.map((template) => current(template))).toEqual([only, only, only]);
    expect(only!.example).toBe("login of ann was refused by policy");
  });

  it("does not take different statements for one", () => {
    const statements = ["start of service", "end of service", "service is up", "service is down"];
    expect(texts(mined(statements))).toHaveLength(4);
    expect(texts(mined(["alpha", "beta", "gamma", "delta", "eta", "theta", "iota"]))).toHaveLength(7);
  });

  it("joins two words where another template has a variable behind the same two words", () => {
    const closed = ["ann", "bob", "eve", "joe"].map((user) => `session closed for user ${user} at once`);
    const miner = mined([
      ...closed,
      "session opened for user ann by pam",
      "session opened for user bob by pam",
    ]);
    expect(texts(miner)).toHaveLength(3);
    miner.refine();
    expect(texts(miner)).toEqual([
      "4 session closed for user <*> at once",
      "2 session opened for user <*> by pam",
    ]);
  });

  it("joins at once what differs only in words that look like values in part", () => {
    const nodes = ["R02-C:J12", "R24-I:K18", "R02-C:L9"].map(
      (node) => `node ${node} of rack ${node} has failed`,
    );
    expect(texts(mined(nodes))).toEqual(["3 node <*>:<*> of rack <*>:<*> has failed"]);
  });

  it("joins similar templates once there is a crowd of them", () => {
    const name = (n: number) => String.fromCharCode(97 + (n % 26), 97 + (Math.floor(n / 26) % 26), 120);
    const pairs = Array.from(
      { length: 300 },
      (_, n) => `copied file ${name(n * 7)} over to ${name(n * 11 + 5)} without errors`,
    );
    expect(mined(pairs).size).toBeLessThan(40);
  });
});

describe("hostile texts", () => {
  const words = (count: number, make: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => make(n)).join(" ");

  it.each([
    ["10,000 words", words(10_000, (n) => `w${"abcdefghij"[n % 10]}x`)],
    ["a megabyte of one letter", "a".repeat(1 << 20)],
    ["a megabyte of digits", "7".repeat(1 << 20)],
    ["NUL and control characters", "a\u0000b \u0001\u0002\u0003 c\u001b[31m"],
    ["characters of four bytes at the limit", "😀".repeat(SHAPE_BYTES_MAX)],
    ["nothing", ""],
    ["blanks", "   \t "],
    ["brackets", "([{<>}])".repeat(2000)],
    ["a list without end", "1,".repeat(5000)],
    ["addresses without end", "1.2.3.4,".repeat(3000)],
    ["colons", "a:".repeat(4000)],
    ["unfinished URLs", 'http://!!!!!"'.repeat(800)],
    ["unfinished dates", "Mon, Jan ".repeat(1000)],
  ])("%s", (_, own) => {
    const [template] = read(new TemplateMiner(), [own]);
    expect(template!.keys.length).toBeLessThanOrEqual(97);
    expect(template!.example.length).toBeLessThanOrEqual(1000);
    expect(variableValues(template!, Buffer.from(own))).toHaveLength(template!.variables.length);
  });

  it("knows at most as many templates as it may, and counts what it forgot", () => {
    const miner = new TemplateMiner(50);
    const letters = (n: number) => [...String(n)].map((digit) => "abcdefghij"[Number(digit)]).join("");
    const lines = Array.from(
      { length: 3000 },
      (_, n) => `${letters(n)} said ${letters(n * 7)} ${n % 3 === 0 ? "twice" : ""}`,
    );
    for (const line of lines) {
      read(miner, [line]);
      read(miner, ["the one that stays 17"]);
      expect(miner.size).toBeLessThanOrEqual(50);
    }
    const kept = miner.templates().reduce((sum, { count }) => sum + count, 0);
    expect(miner.forgotten).toBeGreaterThan(0);
    expect(kept + miner.forgottenTexts).toBe(miner.texts);
    expect(miner.templates()[0]!.count).toBe(3000);
  });

  it("cuts what is too long into a rest", () => {
    const pieces = piecesOf(words(200, (n) => `w${String.fromCharCode(97 + (n % 26))}`));
    expect(pieces.at(-1)!.type).toBe("rest");
    expect(pieces).toHaveLength(97);
  });
});

it("refuses the state of another version", () => {
  expect(() => new TemplateMiner().load({ ...new TemplateMiner().save(), version: 99 })).toThrow(
    /version 99/,
  );
});
