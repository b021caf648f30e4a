import { describe, expect, it } from "vitest";
import { EventWriter } from "../../../../src/lib/event/writer.js";
import { levelOfBody, writeBody } from "../../../../src/lib/format/line/body.js";

describe("the level that a text begins with", () => {
  it.each([
    ["error: PAM: no such user", "error", "PAM: no such user"],
    ["ERROR out of stock", "error", "out of stock"],
    ["ERROR: out of stock", "error", "out of stock"],
    ["[warn] low", "warn", "low"],
    ["<info> up", "info", "up"],
    ["cart: WARNING: few left", "warn", "few left"],
    ["[cart] ERROR none left", "error", "none left"],
    ["CRITICAL - gone", "fatal", "gone"],
    ["level=error msg=gone", "error", "level=error msg=gone"],
    ["E: unable to locate", "error", "unable to locate"],
  ])("%s", (text, level, rest) => {
    const found = levelOfBody(text, 0)!;
    expect([found.level, text.slice(found.end)]).toEqual([level, rest]);
  });

  it.each([
    "no errors found",
    "Error opening the file",
    "an ERROR in a sentence",
    "Information about the ERROR: none",
    "java.lang.IllegalStateException: ERROR: x",
    "ok: done",
    "All: done",
    "ERRORS 5",
    "",
    "[",
    "error",
  ])("none: %s", (text) => {
    expect(levelOfBody(text, 0)).toBeUndefined();
  });
});

function written(text: string, hasLevel = false): unknown {
  const event = new EventWriter();
  event.text("service", "shop");
  if (hasLevel) event.text("level", "info");
  writeBody(text, 0, hasLevel, event);
  event.end();
  return JSON.parse(event.take());
}

describe("a text within something else", () => {
  it("gives its level, pairs and object", () => {
    expect(written('ERROR no stock {"id":7}')).toEqual({
      service: "shop",
      level: "error",
      id: 7,
      message: "no stock",
    });
    expect(written("cart: ERROR: none left id=7 of=9")).toEqual({
      service: "shop",
      level: "error",
      id: 7,
      of: 9,
      message: "cart: ERROR: none left",
    });
  });

  it("leaves what the event has", () => {
    expect(written("ERROR no stock level=warn service=other", true)).toEqual({
      service: "shop",
      level: "info",
      "event.level": "warn",
      "event.service": "other",
      message: "ERROR no stock",
    });
  });
});
