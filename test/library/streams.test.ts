/** Node streams, iterables and objects in and out: nothing lost, nothing asked for in vain, everything closed. */
import { once } from "node:events";
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { pipeline as pipe } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  Event,
  enrich,
  filter,
  type Input,
  LogpipeError,
  lines,
  parse,
  pipeline,
  query,
  sink,
} from "../../src/index.js";

const directory = mkdtempSync(join(tmpdir(), "logpipe-streams-"));
afterAll(() => rmSync(directory, { recursive: true }));
const pass = () => enrich({ set: "a=1" });

async function textsOf(events: AsyncIterable<Event>): Promise<string[]> {
  const texts: string[] = [];
  for await (const event of events) texts.push(event.toString());
  return texts;
}

describe("what a pipeline reads", () => {
  const events = [{ n: 1, text: "ä\u2028" }, { n: 2 }, { n: 12345678901234567890n, at: new Date(0) }];
  const expected = ['{"n":1,"text":"ä\u2028","a":1}', '{"n":2,"a":1}'];
  expected.push('{"n":12345678901234567890,"at":"1970-01-01T00:00:00.000Z","a":1}');
  const text = ['{"n":1,"text":"ä\u2028"}', '{"n":2}'];
  text.push('{"n":12345678901234567890,"at":"1970-01-01T00:00:00.000Z"}');
  const whole = text.join("\n");

  const inputs: Record<string, () => Input> = {
    "plain objects": () => events,
    "a generator of objects": () => events.values(),
    events: () => text.map((line) => Event.parse(line)),
    "lines and objects": () => [text[0], events[1], `${text[2]}\r\n`],
    "an object stream": () => Readable.from(events),
    "a stream of lines": () => Readable.from(text),
    "a byte stream": () => createReadStream(written("in.ndjson", whole), { highWaterMark: 3 }),
    "a text stream": () =>
      createReadStream(join(directory, "in.ndjson"), { encoding: "utf8", highWaterMark: 3 }),
    "a packed stream": () => createReadStream(written("in.gz", gzipSync(whole))),
    bytes: () => Buffer.from(whole),
    "a web stream": () => new Blob([whole]).stream(),
    "another pipeline": () => pipeline(events),
    "UTF-16": () => [Buffer.from(`\ufeff${whole}`, "utf16le")],
  };
  it.each(Object.entries(inputs))("%s", async (_name, from) => {
    expect(await textsOf(pipeline(from(), pass()))).toEqual(expected);
  });

  it("may be cut anywhere", async () => {
    const bytes = Buffer.from(`${whole}\n`.repeat(20));
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        const ends = [0, ...at.sort((a, b) => a - b), bytes.length];
        const pieces = ends.slice(1).map((end, k) => bytes.subarray(ends[k], end));
        expect(await textsOf(pipeline(pieces, pass()))).toEqual(Array(20).fill(expected).flat());
      }),
      { numRuns: 20 },
    );
  });

  it("is read line by line as it trickles: an event is there before the next line is written", async () => {
    const from = new PassThrough();
    const found = pipeline(from, parse()).events();
    for (const n of [1, 2, 3]) {
      from.write(`{"n":${n}}\n`);
      expect(String((await found.next()).value)).toBe(`{"n":${n}}`);
    }
    from.end();
    expect(await found.next()).toEqual({ done: true, value: { conditionHolds: false } });
  });

  it.each([Symbol("s"), () => 1, undefined, nested()])(
    "%# that is no event rejects as ours",
    async (item) => {
      const error = await textsOf(pipeline([item], pass())).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LogpipeError);
    },
  );

  it("fails with its own error, and what came before it has come out", async () => {
    const own = new RangeError("mine");
    const found: string[] = [];
    const from = (async function* () {
      yield { n: 1 };
      throw own;
    })();
    await expect(
      (async () => {
        for await (const event of pipeline(from)) found.push(String(event));
      })(),
    ).rejects.toBe(own);
    expect(found).toEqual(['{"n":1}']);
  });
});

describe("leaving early", () => {
  it("closes a generator and a stream", async () => {
    let isClosed = false;
    const endless = (async function* () {
      try {
        for (let n = 0; ; n++) yield { n };
      } finally {
        isClosed = true;
      }
    })();
    for await (const _ of pipeline(endless)) break;
    expect(isClosed).toBe(true);
    const stream = createReadStream("/dev/zero", { encoding: "latin1" });
    const readable = Readable.from([{ n: 1 }, { n: 2 }]);
    for await (const _ of pipeline(readable)) break;
    expect(readable.destroyed).toBe(true);
    stream.destroy();
  });

  it("ends a pipeline that waits for its input", async () => {
    const from = new PassThrough();
    const found = pipeline(from, parse()).events();
    const next = found.next();
    await new Promise(setImmediate);
    expect(await found.return?.()).toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(from.destroyed).toBe(true);
  });

  it("by a signal finishes what was read, and stores it", async () => {
    const from = new PassThrough();
    const stop = new AbortController();
    const store = join(directory, "stopped");
    const running = pipeline(from, parse(), sink(store)).run({ signal: stop.signal });
    from.write('{"n":1}\n');
    const stored = () => query("SELECT count(*) AS n FROM logs", { store }).first();
    await eventually(async () => (await stored().catch(() => undefined))?.["n"] === 1);
    stop.abort();
    await running;
    expect(await query("SELECT n FROM logs", { store }).all()).toEqual([{ n: 1 }]);
  });
});

describe("stream()", () => {
  it("stands in a row of pipes", async () => {
    const path = written("log.txt", "level=info msg=a\nlevel=error msg=b\n".repeat(1000));
    const out: Buffer[] = [];
    const end = new Writable({
      write: (chunk: Buffer, _, done) => {
        out.push(chunk);
        done();
      },
    });
    await pipe(
      createReadStream(path, { highWaterMark: 7 }),
      pipeline(parse(), filter("level == 'error'")).stream(),
      end,
    );
    expect(Buffer.concat(out).toString()).toBe('{"level":"error","message":"b"}\n'.repeat(1000));
  });

  it("takes objects and gives events", async () => {
    const stream = pipeline(filter("n > 1")).stream({ objects: true });
    Readable.from([{ n: 1 }, { n: 2 }, { n: 3 }]).pipe(stream);
    const found: unknown[] = [];
    for await (const event of stream) found.push((event as Event).get("n"));
    expect(found).toEqual([2, 3]);
  });

  it("takes lines without their ends from a stream of lines", async () => {
    const stream = pipeline(parse()).stream();
    Readable.from(["level=info msg=a", "level=warn msg=b"]).pipe(stream);
    expect(await new Response(Readable.toWeb(stream) as never).text()).toBe(
      '{"level":"info","message":"a"}\n{"level":"warn","message":"b"}\n',
    );
  });

  it("has finished when a sink has stored everything", async () => {
    const store = join(directory, "written");
    const stream = pipeline(parse(), sink(store)).stream();
    for (let n = 0; n < 100; n++) stream.write(`{"n":${n}}\n`);
    stream.end();
    await once(stream, "finish");
    expect(await query("SELECT count(*) AS n FROM logs", { store }).first()).toEqual({ n: 100 });
  });

  it("asks for no more than is taken", async () => {
    let asked = 0;
    const endless = (function* () {
      for (;;) yield { n: asked++, fill: "x".repeat(1000) };
    })();
    const stream = pipeline(endless).stream();
    await once(stream, "readable");
    stream.read(10);
    await new Promise(setImmediate);
    const before = asked;
    await new Promise(setImmediate);
    expect(asked).toBe(before);
    expect(before).toBeLessThan(50_000);
    stream.destroy();
    await once(stream, "close");
  });

  it("holds back whoever writes while nobody reads", async () => {
    const stream = pipeline(parse()).stream();
    const fill = `{"fill":"${"x".repeat(1 << 16)}"}\n`;
    let written = 0;
    while (written < 1000 && stream.write(fill)) {
      written++;
      await new Promise(setImmediate);
    }
    expect(written).toBeLessThan(1000);
    stream.destroy();
    await once(stream, "close");
  });

  it("is destroyed by an error of the run", async () => {
    const stream = pipeline(parse(), sink("/dev/null/store")).stream();
    stream.write("{}\n");
    const [error] = (await once(stream, "error")) as [Error];
    expect(error).toBeInstanceOf(LogpipeError);
  });
});

describe("a run that did less than it was asked to", () => {
  it("rejects once the rest is done", async () => {
    const output = join(directory, "out.ndjson");
    const { files } = await import("../../src/index.js");
    const there = written("there.ndjson", '{"n":1}\n');
    const running = pipeline(files(join(directory, "none"), there), pass()).run({ output });
    await expect(running).rejects.toMatchObject({ code: "input.incomplete", exitCode: 1 });
    expect(readFileSync(output, "utf8")).toBe('{"n":1,"a":1}\n');
  });

  it("says that it ends nowhere before it reads anything", async () => {
    await expect(pipeline(lines(["{}"]), parse()).run()).rejects.toMatchObject({
      code: "usage.bad-pipeline",
    });
  });
});

function written(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

function nested(): object {
  const object: Record<string, unknown> = {};
  object["self"] = object;
  return object;
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
