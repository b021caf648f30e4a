import { Block } from "../../../../src/lib/event/block.js";
import type { StageContext, Transform } from "../../../../src/lib/pipeline/contract/stage.js";
import { Explainer } from "../../../../src/lib/stages/redact/explainer.js";
import { Key } from "../../../../src/lib/stages/redact/keys.js";
import { Redactor } from "../../../../src/lib/stages/redact/redactor.js";
import { Revealer } from "../../../../src/lib/stages/redact/revealer.js";
import { type RedactValues, type Settled, settle } from "../../../../src/lib/stages/redact/settings.js";
import { loadSiv } from "../../../../src/lib/stages/redact/siv.js";

await loadSiv();

export const KEYS = [
  { id: "new", secret: "0123456789abcdef0123456789abcdef" },
  { id: "old", secret: "fedcba9876543210fedcba9876543210" },
];

export const OPTIONS: RedactValues = {
  detect: [],
  action: [],
  pattern: [],
  allow: [],
  fields: [],
  keyFile: undefined,
  keyEnv: undefined,
  reveal: false,
};

export interface Ran {
  readonly out: string;
  readonly rejected: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

export interface How {
  readonly isText?: boolean;
  readonly hasAudit?: boolean;
  readonly isClosed?: boolean;
  /** Where the input is cut into blocks: at the line ends behind these offsets. */
  readonly cuts?: readonly number[];
}

/** Runs `input` through the stage with these options. */
export function redact(input: string | Buffer, options: Partial<RedactValues> = {}, how: How = {}): Ran {
  return run(input, how, (context) => new Redactor(settled(options), full(how), context));
}

export function explain(input: string, options: Partial<RedactValues> = {}, how: How = {}): Ran {
  return run(input, how, (context) => new Explainer(settled(options), full(how), context));
}

export function reveal(input: string, how: How = {}, keys = KEYS): Ran {
  return run(
    input,
    how,
    (context) =>
      new Revealer(
        keys.map((key) => new Key(key)),
        full(how),
        context,
      ),
  );
}

const known = new Map<string, Settled>();

function settled(options: Partial<RedactValues>): Settled {
  const by = JSON.stringify(options);
  const made =
    known.get(by) ?? settle({ ...OPTIONS, ...options }, { keys: KEYS, allow: options.allow ?? [] });
  known.set(by, made);
  return made;
}

function full({ isText = false, hasAudit = false, isClosed = false }: How) {
  return { isText, hasAudit, isClosed };
}

function run(input: string | Buffer, { cuts = [] }: How, make: (context: StageContext) => Transform): Ran {
  const rejected: string[] = [];
  const counts: Record<string, number> = {};
  const transform = make({
    nowMs: () => 0,
    reject: ({ raw }) => rejected.push(raw.toString()),
    count: (name, by = 1) => {
      counts[name] = (counts[name] ?? 0) + by;
    },
  });
  const out: Buffer[] = [];
  for (const bytes of pieces(Buffer.from(input), cuts)) {
    transform.push(new Block(bytes), (block) => out.push(Buffer.from(block.bytes)) > 0);
  }
  return { out: Buffer.concat(out).toString(), rejected, counts };
}

function pieces(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const ends = new Set(
    cuts.map((cut) => bytes.indexOf(0x0a, cut % bytes.length) + 1).filter((end) => end > 0),
  );
  const found: Buffer[] = [];
  let from = 0;
  for (const end of [...ends, bytes.length].sort((a, b) => a - b)) {
    if (end > from) found.push(Buffer.from(bytes.subarray(from, end)));
    from = Math.max(from, end);
  }
  return found;
}
