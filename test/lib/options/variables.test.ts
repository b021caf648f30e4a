// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what stands in the files
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failure } from "../../../src/lib/base/errors/index.js";
import { readChecksFile } from "../../../src/lib/options/checks-file.js";
import { variablesOf } from "../../../src/lib/options/variables.js";
import { readYaml } from "../../../src/lib/options/yaml.js";
import { temporaryDirectory } from "../../support/logpipe.js";

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

describe("files in YAML files", () => {
  const laid = () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, "conf/secrets"), { recursive: true });
    writeFileSync(join(cwd, "conf/secrets/key"), "s3cret key\n");
    writeFileSync(join(cwd, "conf/secrets/crlf"), "two\r\nlines\r\n");
    writeFileSync(join(cwd, "conf/secrets/empty"), "");
    writeFileSync(join(cwd, "conf/secrets/nested"), "${KEY}");
    writeFileSync(join(cwd, "conf/secrets/bytes"), Buffer.from([0xff, 0xfe, 0]));
    writeFileSync(join(cwd, "conf/secrets/large"), Buffer.alloc(1024 * 1024 + 1, 97));
    return { cwd, variables: variablesOf({ KEY: "x" }, cwd) };
  };

  it.each([
    ["key=${file:secrets/key};", "key=s3cret key;"],
    ["${file:./secrets/../secrets/key}", "s3cret key"],
    ["${file:secrets/crlf}", "two\r\nlines"],
    ["<${file:secrets/empty}>", "<>"],
    ["${file:secrets/nested}", "${KEY}"],
    ["$${file:secrets/key}", "${file:secrets/key}"],
  ])("%s stands for the content, from where the YAML file lies", (text, expected) => {
    expect(laid().variables.replace(text, "conf/p.yaml:3:7")).toBe(expected);
  });

  it("may be named by their absolute paths", () => {
    const { cwd, variables } = laid();
    expect(variables.replace(`\${file:${cwd}/conf/secrets/key}`, "conf/p.yaml:3:7")).toBe("s3cret key");
  });

  it.each([
    ["${file:none}", "p.yaml:3:7: cannot read ${file:none}: no such file or directory"],
    ["${file:secrets}", "it is a directory"],
    ["${file:}", "the name of a file is missing here"],
    ["${file:secrets/bytes}", "it is no UTF-8 text"],
    ["${file:secrets/large}", "is larger than 1 MiB"],
    ["${file:secrets/key", "a variable is written"],
  ])("%s is refused", (text, message) => {
    expect(() => laid().variables.replace(text, "conf/p.yaml:3:7")).toThrow(message);
  });

  it("are hidden, whole and by lines, and where a message shows the beginning", () => {
    const { variables } = laid();
    variables.replace("${file:secrets/key} ${file:secrets/crlf}", "conf/p.yaml:1:1");
    expect(variables.hidden("found s3cret key, or lines")).toBe(
      "found ${file:secrets/key}, or ${file:secrets/crlf}",
    );
    const long = variablesOf({ LONG: `${"abcdefgh".repeat(8)}!` });
    long.replace("${LONG}", "p.yaml:1:1");
    expect(long.hidden(`found "${"abcdefgh".repeat(5)}"`)).toBe('found "${LONG}"');
  });
});
