/** A stage that keeps state, for tests: sums by key, told at every tenth event of a key, and at the end. */
import { Block } from "../../src/lib/event/block.js";
import type { Emit, StageDeclaration, Transform } from "../../src/lib/pipeline/contract/stage.js";

interface Sum {
  count: number;
  sum: number;
}

export const sums: StageDeclaration = {
  kind: "stage",
  name: "sums",
  summary: "",
  details: "",
  operands: [],
  options: {},
  examples: [],
  input: "events",
  ownOperands: 0,
  isStateless: () => false,
  create: (_given, context): Transform => {
    let byKey = new Map<string, Sum>();
    const emitAll = (lines: readonly string[], emit: Emit) =>
      lines.length === 0 || emit(new Block(Buffer.from(lines.join(""))));
    return {
      push: (block, emit) => {
        const out: string[] = [];
        block.bytes
          .toString()
          .split("\n")
          .slice(0, -1)
          .forEach((text, line) => {
            if (!text.startsWith("{")) {
              context.reject({ reason: "no event", raw: Buffer.from(text), line });
              return;
            }
            const { key, n } = JSON.parse(text) as { key: string; n: number };
            const sum = byKey.get(key) ?? { count: 0, sum: 0 };
            byKey.set(key, sum);
            sum.count++;
            sum.sum += n;
            if (sum.count % 10 === 0) out.push(lineOf(key, sum, false));
          });
        return emitAll(out, emit);
      },
      end: (emit) => {
        emitAll(
          [...byKey].map(([key, sum]) => lineOf(key, sum, true)),
          emit,
        );
        byKey.clear();
      },
      save: () => structuredClone(byKey),
      load: (state) => {
        byKey = structuredClone(state as Map<string, Sum>);
      },
    };
  },
};

function lineOf(key: string, { count, sum }: Sum, isLast: boolean): string {
  return `{"timestamp":"2026-11-21T00:00:00Z","key":"${key}","count":${count},"sum":${sum},"last":${isLast},"pad":"${"x".repeat(100)}"}\n`;
}
