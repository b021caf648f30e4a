/** Snapshots in place: whatever events come out, the file with them is YAML that expects just these, and holds. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { dispatchInside } from "../../support/in-process.js";
import { temporaryDirectory } from "../../support/logpipe.js";

const PIPELINE = "- filter: 'true'\n";
const HOSTILE = [
  { a: "\u0000\u001b\u007f\u0085\u2028\ufeff\ufffe" },
  { "": "", "a: b # c": "- x", "[": "]", "{": "}", "'": '"', "\\": "\\n" },
  { n: 1.5, big: 12345678901234, t: true, z: null, l: [[], {}, "~"] },
  { "half \ud800": "\udfff", __proto__x: 1, "${HOME}": "$${x}" },
  { ["k".repeat(900)]: "v".repeat(5000) },
  { yes: "no", on: "off", "1": "2", "0x1": "1_000", "<<": "*a", "&a": "!tag" },
];
const event = fc.oneof(
  fc.constantFrom<object>(...HOSTILE.map((one) => one as object)),
  fc.dictionary(fc.string({ unit: "binary", maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
);

/** The same case in each way of writing it. */
function filesOf(given: string): string[] {
  return [
    `tests:\n  - name: a\n    given: ${given}\n    expect: snapshot\n`,
    `tests:\r\n  - name: a # x\r\n    given: ${given}\r\n    expect:\r\n      sink: snapshot # y\r\n    # z\r\n`,
    `tests: [{ name: a, given: ${given}, expect: { sink: { snapshot: } } }] # x`,
    `tests:\n- name: a\n  given: ${given}\n\n# The end.\n`,
    `tests:\n  - given: ${given}\n    expect:\n      sink:\n        snapshot:\n          - { old: 1 }\n          # gone with it\n        count: '>= 0'\n    name: a`,
    `tests: [{ name: a, given: ${given} }]\n`,
  ];
}

async function run(cwd: string, ...words: string[]) {
  const { code, stdout, stderr } = await dispatchInside(["test", ...words], cwd, Buffer.alloc(0));
  return { code, printed: `${stdout}${stderr}` };
}

it("whatever comes out", { timeout: 600_000 }, async () => {
  const cwd = temporaryDirectory();
  const path = join(cwd, "p.test.yaml");
  writeFileSync(join(cwd, "p.yaml"), PIPELINE);
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 3 }),
      fc.nat({ max: 5 }),
      async (all, way) => {
        writeFileSync(join(cwd, "in.ndjson"), all.map((one) => `${JSON.stringify(one)}\n`).join(""));
        const text = filesOf("{ file: in.ndjson }")[way]!;
        writeFileSync(path, text);
        const updated = await run(cwd, "--update", "p.test.yaml");
        expect({ ...updated, text }).toMatchObject({ code: 0 });
        const written = readFileSync(path, "utf8");
        expect({ ...(await run(cwd, "p.test.yaml")), written }).toMatchObject({ code: 0 });
        // Nothing is left to write.
        await run(cwd, "--update", "p.test.yaml");
        expect(readFileSync(path, "utf8")).toBe(written);
        expect(written.match(/# [xyz]|# The end\./g) ?? []).toEqual(text.match(/# [xyz]|# The end\./g) ?? []);
      },
    ),
    { numRuns: 60 },
  );
});
