import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TemplateMiner } from "../../../src/lib/sketch/templates.js";
import { piecesOf } from "../../../src/lib/sketch/templates-pieces.js";
import { templateFromText } from "../../../src/lib/sketch/templates-saved.js";
import { SHAPE_BYTES_MAX, Shape, sourceOffsets } from "../../../src/lib/sketch/templates-shape.js";
import { current, type Template } from "../../../src/lib/sketch/templates-template.js";
import { variableValues } from "../../../src/lib/sketch/templates-values.js";

function read(miner: TemplateMiner, texts: readonly string[]): Template[] {
  return texts.map((text) => {
    const bytes = Buffer.from(text);
    const template = miner.add(bytes, 0, bytes.length);
    template.observe(Number.NaN, undefined);
    return template;
  });
}

function mined(texts: readonly string[], max?: number): TemplateMiner {
  const miner = new TemplateMiner(max);
  read(miner, texts);
  return miner;
}

function texts(miner: TemplateMiner): string[] {
  return miner.templates().map(({ text, count }) => `${count} ${text}`);
}

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

  it("joins similar templates once there is a crowd of them", () => {
    const name = (n: number) => String.fromCharCode(97 + (n % 26), 97 + (Math.floor(n / 26) % 26), 120);
    const pairs = Array.from(
      { length: 300 },
      (_, n) => `copied file ${name(n * 7)} over to ${name(n * 11 + 5)} without errors`,
    );
    expect(mined(pairs).size).toBeLessThan(40);
  });
});

const word = fc.constantFrom(
  "open",
  "close",
  "user",
  "ann",
  "bob",
  "eve",
  "joe",
  "kim",
  "failed",
  "from",
  "on",
  "disk",
);
const value = fc.oneof(
  fc.nat(99_999).map(String),
  fc.constantFrom(
    "192.0.2.7",
    "10.0.0.1",
    "0x7f",
    "/etc/x",
    "/var/y",
    "a.b.c",
    "x.y.z",
    "12ms",
    "blk_5",
    "true",
    "()",
    "k=",
  ),
);
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: value }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(" "));
const log = fc.array(text, { maxLength: 120 });

describe("laws", () => {
  it("gives the same for the same texts, and every text a template that is alive or has a successor", () => {
    fc.assert(
      fc.property(log, (lines) => {
        const miner = new TemplateMiner();
        const found = read(miner, lines);
        expect(texts(mined(lines))).toEqual(texts(miner));
        const alive = new Set(miner.templates());
        for (const template of found) expect(alive.has(current(template)!)).toBe(true);
        const total = miner.templates().reduce((sum, { count }) => sum + count, 0);
        expect(total).toBe(lines.length);
        const ids = miner.templates().map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it("goes on after save and load as if nothing had been, at any cut", () => {
    fc.assert(
      fc.property(
        log,
        fc.array(fc.nat(120), { maxLength: 4 }),
        fc.constantFrom(10, 5000),
        (lines, cuts, max) => {
          const whole = new TemplateMiner(max);
          const ids = read(whole, lines).map(({ id, text: own }) => `${id} ${own}`);
          let miner = new TemplateMiner(max);
          const pieces: string[] = [];
          lines.forEach((line, n) => {
            if (cuts.includes(n)) {
              const saved = JSON.parse(JSON.stringify(miner.save()));
              miner = new TemplateMiner(max);
              miner.load(saved);
            }
            pieces.push(...read(miner, [line]).map(({ id }) => id));
          });
          expect(pieces).toEqual(ids.map((id) => id.slice(0, 12)));
          expect(miner.save()).toEqual(whole.save());
        },
      ),
    );
  });

  it("finds at its turn the template that it finds when asked again", () => {
    fc.assert(
      fc.property(log, (lines) => {
        const miner = new TemplateMiner();
        const found = read(miner, lines);
        const again = read(miner, lines);
        expect(again.map(current)).toEqual(found.map(current));
      }),
    );
  });

  it("merges: all texts are counted, what one miner knew both know, ids are unique, and templates fit as before", () => {
    fc.assert(
      fc.property(log, log, (one, two) => {
        const merged = mined(one);
        merged.merge(mined(two));
        const together = mined([...one, ...two]);
        expect(merged.texts).toBe(together.texts);
        const total = merged.templates().reduce((sum, { count }) => sum + count, 0);
        expect(total).toBe(one.length + two.length);
        const ids = merged.templates().map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const before = merged.size;
        read(merged, [...one, ...two]);
        expect(merged.size).toBe(before);
        expect(merged.size).toBeLessThanOrEqual(together.size + 3);
      }),
    );
  });

  it("merges texts whose variables are known by their form to exactly what all together give", () => {
    const plain = fc.array(
      fc
        .tuple(fc.constantFrom("open file", "disk full at", "sent to port"), fc.nat())
        .map((parts) => parts.join(" ")),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(plain, plain, (one, two) => {
        const merged = mined(one);
        merged.merge(mined(two));
        const both = mined([...one, ...two]);
        expect(texts(merged).sort()).toEqual(texts(both).sort());
        expect(merged.templates().map(({ id }) => id)).toEqual(both.templates().map(({ id }) => id));
      }),
    );
  });

  it("gives the values of the variables as they stand in the text", () => {
    fc.assert(
      fc.property(log, (lines) => {
        const miner = mined(lines);
        const found = read(miner, lines);
        found.forEach((template, n) => {
          const values = variableValues(template, Buffer.from(lines[n]!));
          expect(values).toHaveLength(template.variables.length);
          for (const own of values) expect(lines[n]).toContain(own);
        });
      }),
    );
  });

  it("reads a printed template as one that fits the same texts", () => {
    fc.assert(
      fc.property(log, (lines) => {
        const miner = mined(lines);
        const known = new TemplateMiner();
        for (const { id, order, text: own } of miner.templates())
          known.adopt(templateFromText(id, order, own));
        const before = known.created;
        read(known, lines);
        expect(known.created).toBe(before);
      }),
    );
  });
});

describe("shapes", () => {
  it("are the same for texts that differ in numbers only, and never for texts of other pieces", () => {
    const shape = new Shape();
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: "grapheme" })), (own) => {
        const bytes = Buffer.from(own);
        shape.read(bytes, 0, bytes.length);
        const key = `${shape.hashLow} ${shape.hashHigh}`;
        const known = seen.get(key);
        if (known !== undefined) expect(shape.toString()).toBe(known);
        seen.set(key, shape.toString());
        expect(sourceOffsets(shape, bytes).at(-1)).toBe(bytes.length);
      }),
      { numRuns: 2000 },
    );
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
