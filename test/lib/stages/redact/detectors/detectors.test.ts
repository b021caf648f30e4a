import { describe, expect, it } from "vitest";
import { DETECTORS } from "../../../../../src/lib/stages/redact/detectors/index.js";
import { redact } from "../support.js";

/** The text without the marks, and with what is between them replaced. */
function marked(text: string, label: string) {
  return { plain: text.replace(/[«»]/g, ""), redacted: text.replace(/«[^»]*»/g, `[${label}]`) };
}

function inEvent(text: string, detect: string): string {
  const { out, rejected } = redact(`${JSON.stringify({ a: 1, text, b: [] })}\n`, { detect: [detect] });
  expect(rejected).toEqual([]);
  return (JSON.parse(out) as { text: string }).text;
}

describe.each(DETECTORS)("detector $name", ({ name, label, positives, negatives, summary }) => {
  it("says what it finds and shows it", () => {
    expect(summary).not.toBe("");
    expect(positives.length).toBeGreaterThan(1);
    expect(negatives.length).toBeGreaterThan(2);
  });

  it.each(positives)("finds what is marked in %j", (text) => {
    const { plain, redacted } = marked(text, label);
    expect(inEvent(plain, name)).toBe(redacted);
  });

  it.each(positives.filter((text) => !text.includes("\n")))("finds it in plain text: %j", (text) => {
    const { plain, redacted } = marked(text, label);
    expect(redact(`${plain}\n`, { detect: [name] }, { isText: true }).out).toBe(`${redacted}\n`);
  });

  it.each(negatives)("finds nothing in %j", (text) => {
    expect(inEvent(text, name)).toBe(text);
    expect(redact(`${text}\n`, { detect: [name] }, { isText: true }).out).toBe(`${text}\n`);
  });

  it("finds it wherever it lies in a block", () => {
    for (const text of positives) {
      const { plain, redacted } = marked(text, label);
      const lines = (inner: string) =>
        Array.from({ length: 140 }, (_, n) => `${JSON.stringify({ "": " ".repeat(n), t: inner })}\n`).join(
          "",
        );
      expect(redact(lines(plain), { detect: [name] }).out).toBe(lines(redacted));
    }
  });

  it("finds it in escapes", () => {
    const text = positives[0]!;
    const { plain, redacted } = marked(text, label);
    const escaped = [...plain].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
    const { out } = redact(`{"t":"${escaped}"}\n`, { detect: [name] });
    expect((JSON.parse(out) as { t: string }).t).toBe(redacted);
  });
});

it("has names and labels once", () => {
  expect(new Set(DETECTORS.map(({ name }) => name)).size).toBe(DETECTORS.length);
  expect(new Set(DETECTORS.map(({ label }) => label)).size).toBe(DETECTORS.length);
});
