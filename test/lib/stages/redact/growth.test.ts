import { describe, expect, it } from "vitest";
import { DETECTORS } from "../../../../src/lib/stages/redact/detectors/index.js";
import { redact } from "./support.js";

/** Eight times the text may take this many times as long. Quadratic work takes 64 times; noise is far below. */
const RATIO_MAX = 26;
const SMALL = 4 * 1024;
const TIMES = 8;

/**
 * What makes a detector begin and give up late: its own texts, whole, cut off, and each piece of them over and over.
 */
function hostile(texts: readonly string[], literals: readonly string[]): readonly string[] {
  const plain = texts.map((text) => text.replace(/[«»]/g, "").replaceAll("\n", "\\n"));
  return [
    ...plain.map((text) => `${text} `),
    ...plain.map((text) => text.slice(0, -1)),
    ...literals.flatMap((literal) => [
      literal,
      `${literal}a`,
      `${literal}="`,
      `${literal}1.`,
      `"${literal}:`,
    ]),
    ..."@ a@ 1. 1- :: 1: a: - eyJ. %40 // :// :a 0 1 4111 a.b@ ( )( +1 \\ = token= '".split(" "),
  ];
}

function milliseconds(seed: string, bytes: number, detect: string, rounds = 3): number {
  const input = `{"t":${JSON.stringify(seed.repeat(Math.ceil(bytes / seed.length)))}}\n`;
  const text = `${seed.repeat(Math.ceil(bytes / seed.length))}\n`;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const { user, system } = process.cpuUsage();
    redact(input, { detect: [detect] });
    redact(text, { detect: [detect] }, { isText: true });
    const after = process.cpuUsage({ user, system });
    best = Math.min(best, (after.user + after.system) / 1000);
  }
  return best;
}

describe.each(DETECTORS.map(({ name }) => name))("time of %s", (name) => {
  it("grows with the text and no faster, whatever the text", () => {
    const { positives, literals = [], words = [], prefixes = [] } = DETECTORS.find((d) => d.name === name)!;
    const all = [...literals, ...words, ...prefixes].slice(0, 4);
    for (const seed of hostile(positives, all)) {
      // Too quick to be measured is quick enough.
      if (milliseconds(seed, SMALL * TIMES, name, 1) < 40) continue;
      const ratio = () =>
        milliseconds(seed, SMALL * TIMES, name) / Math.max(1, milliseconds(seed, SMALL, name));
      const best = Math.min(ratio(), ratio(), ratio());
      expect(best, `${name}: ${JSON.stringify(seed)}`).toBeLessThan(RATIO_MAX);
    }
  });
});
