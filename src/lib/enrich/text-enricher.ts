import type { Enricher } from "./enricher.js";
import { Memo } from "./memo.js";

/** Longer texts are worked out, but not kept. */
const KEPT_UNITS_MAX = 2048;
const NOTHING = Buffer.alloc(0);

export interface TextEnricher {
  readonly field: string;
  /** Everything it may set. */
  readonly writes: readonly string[];
  /** Texts whose results are kept at a time. */
  readonly entriesMax: number;
  /** JSON text of the members that a text gives, undefined when it gives none. Depends on nothing but the text. */
  readonly members: (text: string) => Buffer | undefined;
  /** Counts what the events' texts gave. */
  readonly onLook?: (isFound: boolean) => void;
}

/** An enricher that works on the text of one field, and remembers. Fields that hold no text give nothing and are not counted. */
export function textEnricher({ field, writes, entriesMax, members, onLook }: TextEnricher): Enricher {
  const memo = new Memo<Buffer>(entriesMax);
  return {
    reads: [field],
    writes,
    bind: (fields) => {
      const number = fields.add(field);
      return (rows, row, additions) => {
        const text = rows.text(number, row);
        if (text === undefined) return;
        let found = memo.get(text);
        if (found === undefined) {
          found = members(text) ?? NOTHING;
          if (text.length <= KEPT_UNITS_MAX) memo.set(text, found);
        }
        onLook?.(found.length > 0);
        additions.add(found, 0, found.length);
      };
    },
  };
}
