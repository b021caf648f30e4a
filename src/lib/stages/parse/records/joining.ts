/** By what lines are joined to records: by what stands in them, or by a user's rules. */

import type { LineVerdict } from "../multiline/record-kind.js";
import { isPieceBehind, splitState } from "../multiline/syslog-split.js";
import { isIndentedStart, isStart } from "./starts.js";
import { Trail } from "./trail.js";

/** Follows one record, line by line: see `Trail`. */
export interface RecordTrail {
  readonly isSingle: boolean;
  /** The same for trails that say the same of whatever comes. */
  readonly state: string;
  accept(line: string): LineVerdict;
}

/**
 * What a user says of lines that follow each other in a stream: whether the second begins a record. Nothing else of the
 * past counts.
 */
export interface RecordRules {
  begins(line: string, before: string): boolean;
  /** A record that would grow beyond is let go, and what follows begins another. */
  readonly linesMax: number;
  /** Of UTF-16 units. */
  readonly lengthMax: number;
}

export interface Joining {
  /** Undefined: what stands in the lines decides. */
  readonly rules: RecordRules | undefined;
  /** `isContained`: whether any format reads the line is not known. Without it a trail goes on as far as any can. */
  trail(head: string, isContained?: boolean): RecordTrail;
  /** Whether a line begins a record whatever came before it. */
  isApart(line: string): boolean;
}

/** `onFull`: is told of a record that a limit of the rules has ended. */
export function joiningBy(rules: RecordRules | undefined, onFull: () => void = () => {}): Joining {
  if (rules === undefined) return BY_CONTENT;
  return { rules, trail: (head) => new RuledTrail(head, rules, onFull), isApart: () => false };
}

const BY_CONTENT: Joining = {
  rules: undefined,
  trail: (head, isContained) => {
    const trail = new Trail(head, true, isContained);
    const piece = isContained === true ? undefined : splitState(head);
    return piece === undefined ? trail : new SplitTrail(trail, piece);
  },
  isApart: (line) => isStart(line) || isIndentedStart(line),
};

/** A line of syslog that may go on in others. */
class SplitTrail implements RecordTrail {
  readonly isSingle = false;
  private readonly trail: Trail;
  private piece: string;

  constructor(trail: Trail, piece: string) {
    this.trail = trail;
    this.piece = piece;
  }

  get state(): string {
    return `${this.piece} ${this.trail.state}`;
  }

  accept(line: string): LineVerdict {
    if (!isPieceBehind(line, this.piece)) return this.trail.accept(line);
    this.piece = splitState(line)!;
    return "joins";
  }
}

class RuledTrail implements RecordTrail {
  readonly isSingle = false;
  private readonly rules: RecordRules;
  private readonly onFull: () => void;
  private before: string;
  /** Blank ones do not count: where a record would begin with them, they are left out. */
  private lines = 0;
  private length = 0;

  constructor(head: string, rules: RecordRules, onFull: () => void) {
    this.rules = rules;
    this.onFull = onFull;
    this.before = head;
    this.add(head);
  }

  get state(): string {
    return `${this.lines} ${this.length} ${this.before}`;
  }

  accept(line: string): LineVerdict {
    const { rules } = this;
    if (rules.begins(line, this.before)) return "ends";
    const isTooLong = this.length + line.length > rules.lengthMax;
    if (this.lines > 0 && line.trim() !== "" && (this.lines >= rules.linesMax || isTooLong)) {
      this.onFull();
      return "ends";
    }
    this.before = line;
    this.add(line);
    return "joins";
  }

  private add(line: string): void {
    if (line.trim() === "") return;
    this.lines++;
    this.length += line.length + 1;
  }
}
