import { StringInterner } from "../../../event/rows/string-interner.js";
import type { Enricher } from "./enricher.js";

/** What a text gives. */
export interface FoundMembers {
  /** JSON text of the members; empty: none. */
  readonly members: Buffer;
  /** The counter that each event with this text adds to. */
  readonly counter?: string;
}

export interface TextEnricher {
  readonly field: string;
  /** Everything it may set. */
  readonly writes: readonly string[];
  /** Depends on nothing but the text, as long as `version` stays the same: results are kept. */
  readonly look: (text: string) => FoundMembers;
  /** Texts whose results are kept at a time. */
  readonly textsMax: number;
  readonly version?: () => number;
  readonly count?: (counter: string) => void;
}

const NONE: FoundMembers = { members: Buffer.alloc(0) };

/** JSON text of members as what a text gives; undefined: nothing. */
export function found(members: string | undefined, counter?: string): FoundMembers {
  const bytes = members === undefined || members === "" ? NONE.members : Buffer.from(members);
  return counter === undefined ? { members: bytes } : { members: bytes, counter };
}

/**
 * An enricher that works on the text of one field, and remembers. Fields that hold no text give nothing and are not
 * counted.
 */
export function textEnricher(given: TextEnricher): Enricher {
  const { field, writes, count } = given;
  return {
    reads: [field],
    writes,
    bind: (fields) => {
      const number = fields.add(field);
      const kept = new Kept(given);
      return (rows, row, additions) => {
        const id = kept.texts.of(rows, number, row);
        if (id === 0) return;
        const { members, counter } = kept.of(id);
        if (counter !== undefined) count?.(counter);
        additions.add(members, 0, members.length);
      };
    },
  };
}

/** Results by the numbers of their texts. */
class Kept {
  readonly texts: StringInterner;
  private readonly given: TextEnricher;
  private results: (FoundMembers | undefined)[] = [];
  private generation = 0;
  private version = 0;

  constructor(given: TextEnricher) {
    this.given = given;
    this.texts = new StringInterner(given.textsMax);
    this.version = given.version?.() ?? 0;
  }

  of(id: number): FoundMembers {
    const version = this.given.version?.() ?? 0;
    if (this.texts.generation !== this.generation || version !== this.version) {
      this.results = [];
      this.generation = this.texts.generation;
      this.version = version;
    }
    const known = this.results[id];
    if (known !== undefined) return known;
    const text = this.texts.text(id);
    const result = text === undefined ? NONE : this.given.look(text);
    this.results[id] = result;
    return result;
  }
}
