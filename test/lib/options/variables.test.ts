// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what stands in the files
import { describe, expect, it } from "vitest";
import { failure } from "../../../src/lib/base/errors/index.js";
import { readChecksFile } from "../../../src/lib/options/checks-file.js";
import { variablesOf } from "../../../src/lib/options/variables.js";
import { readYaml } from "../../../src/lib/options/yaml.js";

const env = { LEVEL: "error", EMPTY: "", KEY: 's3cr"et', N: "7", NESTED: "${LEVEL}", PROD: "prod" };
const replaced = (text: string) => variablesOf(env).replace(text, "p.yaml:1:1");

describe("variables of YAML files", () => {
  it.each([
    ['level == "${LEVEL}"', 'level == "error"'],
    ["${LEVEL}-${N}${EMPTY}", "error-7"],
    ["${NONE:-a: b}", "a: b"],
    ["${EMPTY:-x}", "x"],
    ["${EMPTY-x}", ""],
    ["${NONE-x}${NONE:-}", "x"],
    ["$${LEVEL}", "${LEVEL}"],
    ["a$ $LEVEL $$ $1 ^x$", "a$ $LEVEL $$ $1 ^x$"],
    ["${NESTED}", "${LEVEL}"],
  ])("%s", (text, expected) => {
    expect(replaced(text)).toBe(expected);
  });

  it.each([
    ["${NONE}", "p.yaml:1:1: the environment variable NONE is not set"],
    ["${a.b}", "a variable is written"],
    ["${", "a variable is written"],
    ["${LEVEL", "a variable is written"],
    ["${}", "a variable is written"],
    ["${LEVEL:+x}", "a variable is written"],
  ])("refuses %s", (text, message) => {
    expect(() => replaced(text)).toThrow(message);
  });

  it("are replaced in values, lists and behind anchors, and no syntax of YAML comes of them", () => {
    const variables = variablesOf({ A: "x: {y: 1}", B: "# no comment" });
    const root = readYaml('a: &k "${A}"\nb: [ "${B}", *k ]\n${A}: 1\n', "c.yaml", variables);
    const [a, b, c] = root.entries();
    expect(a!.value.texts()).toEqual(["x: {y: 1}"]);
    expect(b!.value.texts()).toEqual(["# no comment", "x: {y: 1}"]);
    expect(c!.key).toBe("${A}");
    const missing = readYaml("a:\n  - ok\n  - ${NOT_SET}\n", "c.yaml", variablesOf({}));
    expect(() => missing.entries()[0]!.value.texts()).toThrow("c.yaml:3:5: ");
    expect(readYaml("a: ${A}", "c.yaml").entries()[0]!.value.texts()).toEqual(["${A}"]);
  });

  it("are replaced in files of checks", () => {
    const text = 'files: ["${DIR}/a.log"]\nchecks: { slow: "p95(ms) > ${MAX:-5}" }\n';
    const { files, checks } = readChecksFile(text, "c.yaml", variablesOf({ DIR: "/logs" }));
    expect(files).toEqual(["/logs/a.log"]);
    expect(checks[0]).toMatchObject({ name: "slow", failIf: "p95(ms) > 5" });
  });

  it("have their names in errors instead of the values", () => {
    const variables = variablesOf(env);
    for (const name of ["KEY", "PROD", "N"]) variables.replace(`\${${name}}`, "p:1:1");
    const reason = 's3cr"et, "s3cr\\"et", products of prod, 7';
    const hidden = variables.hide(failure("usage.file", { place: "p.yaml:1:7", reason })) as Error;
    expect(hidden.message).toBe('p.yaml:1:7: ${KEY}, "${KEY}", products of ${PROD}, 7');
    const other = new Error("prod");
    expect(variables.hide(other)).toBe(other);
  });
});
