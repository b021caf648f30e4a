/**
 * Files whose names are not UTF-8 (sosreport/sos#2790, wazuh/wazuh#13896). Where the file system takes no such name,
 * there are none.
 */
import { appendFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, expect, test } from "vitest";
import { shell, temporaryDirectory } from "../../support/logpipe.js";

const NAME = Buffer.from("caf\xe9.log", "latin1");
const NAMED = String.raw`$'caf\xe9.log'`;

function at(directory: string, name: Buffer = NAME): Buffer {
  return Buffer.concat([Buffer.from(`${directory}/`), name]);
}

let cwd = "";
beforeEach((context) => {
  cwd = temporaryDirectory();
  try {
    writeFileSync(at(cwd), "one\ntwo\n");
  } catch {
    context.skip();
  }
  writeFileSync(join(cwd, "good.log"), "three\n");
});

const ask = async (line: string) => {
  const { code, stdout, stderr } = await shell(line, { cwd });
  return { code, lines: stdout.split("\n").slice(0, -1), stderr };
};

test("one that is named is read, by any command, and its name is shown with the byte", async () => {
  expect(await ask(`logpipe ingest ${NAMED}`)).toEqual({
    code: 0,
    lines: [
      String.raw`{"source":"caf\\xe9.log","raw":"one"}`,
      String.raw`{"source":"caf\\xe9.log","raw":"two"}`,
    ],
    stderr: "",
  });
  expect((await ask(`logpipe parse ${NAMED} good.log`)).lines).toHaveLength(3);
});

test("patterns match it, and directories of such names", async () => {
  expect((await ask("logpipe ingest '*.log'")).lines).toHaveLength(3);
  expect((await ask("logpipe ingest 'caf?.log'")).lines).toHaveLength(2);
  const directory = Buffer.from(`${cwd}/d\xe9`, "latin1");
  mkdirSync(directory);
  writeFileSync(Buffer.concat([directory, Buffer.from("/deep.log")]), "four\n");
  expect((await ask("logpipe ingest '**/*.log'")).lines).toHaveLength(4);
});

test("one that is not there, or cannot be read, is named", async () => {
  const { code, stderr } = await ask(String.raw`logpipe ingest $'caf\xea.log' good.log`);
  expect([code, stderr]).toEqual([1, expect.stringContaining("no such file")]);
  mkdirSync(at(cwd, Buffer.from("dir\xe9", "latin1")));
  expect((await ask(String.raw`logpipe ingest $'dir\xe9'`)).stderr).toMatch(
    /cannot read dir\\xe9: it is a directory|EISDIR|dir\\xe9/,
  );
});

test("it is followed through rotation and compression, and stored once", async () => {
  const run = () => ask("logpipe run -q 'ingest --checkpoint c.json \"*.log*\" | sink store'");
  expect(await run()).toEqual({ code: 0, lines: [], stderr: "" });
  appendFileSync(at(cwd), `${"half of a long line ".repeat(40)}\nfour\n`);
  renameSync(at(cwd), at(cwd, Buffer.from("caf\xe9.log.1", "latin1")));
  writeFileSync(at(cwd), "five\n");
  expect((await run()).code).toBe(0);
  const rows =
    "logpipe query --store store 'SELECT source, count(*) AS n FROM logs GROUP BY source ORDER BY n'";
  const wanted = ['{"source":"good.log","n":1}', String.raw`{"source":"caf\\xe9.log","n":5}`];
  expect((await ask(rows)).lines).toEqual(wanted);
  writeFileSync(
    at(cwd, Buffer.from("caf\xe9.log.2.gz", "latin1")),
    gzipSync(`one\ntwo\n${"half of a long line ".repeat(40)}\nfour\n`),
  );
  expect((await run()).code).toBe(0);
  expect((await ask(rows)).lines).toEqual(wanted);
  expect(existsSync(join(cwd, "c.json"))).toBe(true);
});

test("one name alone is followed with what is beside it", async () => {
  const run = () => ask(`logpipe ingest --checkpoint c.json ${NAMED}`);
  expect((await run()).lines).toHaveLength(2);
  appendFileSync(at(cwd), "three\n");
  renameSync(at(cwd), at(cwd, Buffer.from("caf\xe9.log.1", "latin1")));
  writeFileSync(at(cwd), "four\n");
  expect((await run()).lines).toHaveLength(2);
  expect((await run()).lines).toEqual([]);
});
