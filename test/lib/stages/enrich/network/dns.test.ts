import { createSocket, type Socket } from "node:dgram";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { DnsPass } from "../../../../../src/lib/stages/enrich/network/dns.js";
import type {
  NameSource,
  DnsNames as Names,
} from "../../../../../src/lib/stages/enrich/network/dns-names.js";
import { ROOT } from "../../../../support/logpipe.js";
import { passed } from "../support.js";

const fields = [{ field: "ip", prefix: "name" }];

describe("DnsPass", () => {
  it("asks once for all addresses of a block and sets the names that are known then", () => {
    const asked: string[][] = [];
    const names: NameSource = {
      ask: (addresses) => void asked.push([...addresses]),
      name: (address) => ({ "192.0.2.1": "a.example", "192.0.2.2": null })[address],
    };
    const counts: string[] = [];
    const pass = new DnsPass(
      fields,
      names,
      () => 0,
      (outcome) => counts.push(outcome),
    );
    const ips = ["192.0.2.1", "192.0.2.2", "::ffff:192.0.2.1", "192.0.2.3", "x"];
    const out = passed(ips.map((ip) => `{"ip":"${ip}"}`).join("\n"), pass);
    expect(asked).toEqual([["192.0.2.1", "192.0.2.2", "192.0.2.3"]]);
    expect(out.split("\n").map((line) => (JSON.parse(line) as { name?: string }).name)).toEqual([
      "a.example",
      undefined,
      "a.example",
      undefined,
      undefined,
    ]);
    expect(counts).toEqual(["named", "nameless", "named", "late", "no_address"]);
  });
});

// Threads run what was built.
const { DnsNames } = (await import(join(ROOT, "dist/lib/stages/enrich/network/dns-names.js"))) as {
  DnsNames: typeof Names;
};

describe("DnsNames", () => {
  let server: Socket | undefined;
  afterEach(() => server?.close());

  /** A name server that answers with `web.example`, or with silence; counts the questions. */
  async function serving(isSilent: boolean): Promise<{ address: string; questions: () => number }> {
    let questions = 0;
    const socket = createSocket("udp4");
    server = socket;
    socket.on("message", (query, { port, address }) => {
      questions++;
      if (!isSilent) socket.send(answerTo(query), port, address);
    });
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    return { address: `127.0.0.1:${socket.address().port}`, questions: () => questions };
  }

  /** Names of the system's resolver come from another thread, this one must not block the server: it waits in turns. */
  async function untilKnown(names: Names, address: string): Promise<string | null | undefined> {
    for (let n = 0; n < 200 && names.name(address) === undefined; n++) {
      names.ask([address], 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return names.name(address);
  }

  it("learns a name, and asks for it once", async () => {
    const { address, questions } = await serving(false);
    const names = new DnsNames([address], 2000, 0);
    expect(await untilKnown(names, "192.0.2.1")).toBe("web.example");
    names.ask(["192.0.2.1"], 1000);
    expect(questions()).toBe(1);
  });

  it("waits no longer than it may for a server that is silent", async () => {
    const { address } = await serving(true);
    const names = new DnsNames([address], 60_000, 50);
    const startedMs = performance.now();
    names.ask(["192.0.2.1", "192.0.2.2"], 0);
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(names.name("192.0.2.1")).toBeUndefined();
  });
});

/** The question back, and one PTR record: RFC 1035, section 4. */
function answerTo(query: Buffer): Buffer {
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const name = Buffer.from("\x03web\x07example\0", "latin1");
  const header = Buffer.from([query[0]!, query[1]!, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
  const record = Buffer.from([0xc0, 0x0c, 0, 12, 0, 1, 0, 0, 0, 60, 0, name.length]);
  return Buffer.concat([header, question, record, name]);
}
