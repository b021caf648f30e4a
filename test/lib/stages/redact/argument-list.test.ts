/** Command lines as lists of arguments: in events, in JSON that is a string, in text. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact } from "./support.js";

const LISTS: readonly (readonly string[])[] = [
  ["mysql", "-uroot", "-p\u00ab"],
  ["/usr/bin/mysqldump", "-h", "db", "-p\u00ab", "shop"],
  ["curl", "-s", "-u", "ann:\u00ab", "https://x.example"],
  ["sshpass", "-p", "\u00ab", "ssh", "h"],
  ["sudo", "redis-cli", "-a", "\u00ab", "ping"],
  ["docker", "login", "-u", "joe", "-p", "\u00ab"],
  ["podman", "login", "-p=\u00ab", "registry.example"],
  ["ldapsearch", "-D", "cn=ann", "-w", "\u00ab"],
  ["openssl", "pkcs12", "-passin", "pass:\u00ab"],
  ["smbclient", "//nas/share", "-U", "ann%\u00ab"],
  ["net", "use", "Z:", "\\\\srv\\share", "«"],
  ["unzip", "-P", "\u00ab", "a.zip"],
];
const SECRETS = ["S3cret99", "two words 1", "q\"uo'te1", "sl\\ash1", "a;b|c&d1", "x1".repeat(400), "p@ss,w1"];

const hidden = "[COMMAND_SECRET]";
const filled = (list: readonly string[], secret: string) =>
  list.map((text) => text.replace("\u00ab", secret));

describe("lists of arguments", () => {
  it.each(LISTS.map((list) => [list]))("%j in events", (list) => {
    for (const secret of SECRETS) {
      const event = (args: readonly string[]) => `${JSON.stringify({ n: 1, args, rest: ["a", "b"] })}\n`;
      for (const isClosed of [false, true])
        expect(redact(event(filled(list, secret)), {}, { isClosed }).out).toBe(event(filled(list, hidden)));
    }
  });

  it.each(LISTS.map((list) => [list]))("%j in JSON in a string, and with blanks", (list) => {
    for (const secret of SECRETS) {
      const raw = (args: readonly string[]) => `run ${JSON.stringify({ args }, undefined, 1)} done`;
      const event = (args: readonly string[]) => `${JSON.stringify({ m: raw(args) })}\n`;
      expect(redact(event(filled(list, secret))).out).toBe(event(filled(list, hidden)));
    }
  });

  it.each(LISTS.map((list) => [list]))("%j in lines of text stay lists", (list) => {
    for (const secret of SECRETS) {
      const line = (args: readonly string[]) => `${JSON.stringify({ args, rest: ["a", "b"] })}\n`;
      expect(redact(line(filled(list, secret)), {}, { isText: true }).out).toBe(line(filled(list, hidden)));
    }
  });

  it.each([
    '{"args":["mysql","-p","shop"]}',
    '{"args":["ssh","-p","2222"],"a":["docker","ps","-p"]}',
    '{"program":"mysql","option":"-pX1"}',
    '{"words":["docker","curl"],"x":["-u","a:b"]}',
    '{"args":["sshpass","-p","[COMMAND_SECRET]"]}',
  ])("%s stays", (line) => {
    expect(redact(`${line}\n`).out).toBe(`${line}\n`);
    expect(redact(`${line}\n`, {}, { isText: true }).out).toBe(`${line}\n`);
  });

  it("are valid JSON when one is dropped, whatever the secret", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), (secret) => {
        const line = `${JSON.stringify({ args: ["sshpass", "-p", `k${secret}9`, "ssh"] })}\n`;
        const { args } = JSON.parse(redact(line).out) as { args: string[] };
        expect(args.length).toBe(4);
        expect(args[3]).toBe("ssh");
        expect(() => JSON.parse(redact(line, { action: ["drop"] }).out)).not.toThrow();
      }),
    );
  });

  it("take time in proportion to the list", () => {
    for (const piece of ['"mysql","-p",', '"curl","-u",', '"docker","login",']) {
      const line = `{"a":[${piece.repeat(20_000)}1]}\n`;
      expect(redact(line, { detect: ["command-line"] }).out).toBe(line);
    }
  });
});
