import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Block } from "../../../../src/lib/event/block.js";
import { FileSink } from "../../../../src/lib/sinks/file/output.js";
import { temporaryDirectory } from "../../../support/logpipe.js";

describe("a file as the output", () => {
  it("has its name only when it is complete", async () => {
    const path = join(temporaryDirectory(), "out.ndjson");
    const sink = await FileSink.open(path);
    await sink.write(new Block(Buffer.from('{"a":1}\n')));
    expect(existsSync(path)).toBe(false);
    await sink.close();
    expect(readFileSync(path, "utf8")).toBe('{"a":1}\n');
  });

  it("leaves a full device what it is, and says that it is full", async () => {
    const sink = await FileSink.open("/dev/full");
    await expect(sink.write(new Block(Buffer.from('{"a":1}\n')))).rejects.toMatchObject({
      code: "output.unwritable",
      message: "cannot write /dev/full: no space left on the device",
    });
    await sink.close();
    expect(statSync("/dev/full").isCharacterDevice()).toBe(true);
  });

  it("is refused where there is no such place", async () => {
    const opening = FileSink.open(join(temporaryDirectory(), "no/such/place"));
    await expect(opening).rejects.toThrow("no such file or directory");
  });

  it("is refused where it is a directory", async () => {
    const directory = temporaryDirectory();
    await expect(FileSink.open(directory)).rejects.toMatchObject({ code: "output.unwritable" });
    expect(readdirSync(directory)).toEqual([]);
    expect(lstatSync(directory).isDirectory()).toBe(true);
  });
});
