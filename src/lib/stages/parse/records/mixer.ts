/** Gives the records of streams that come mixed, in the order of their first lines, as soon as they are complete. */
import { kindOfFrame } from "../multiline/headless.js";
import { hasSign, isHalfHead } from "./cues.js";
import { Grouper, isIndented, isLater, type View } from "./grouper.js";
import { type Joining, joiningBy } from "./joining.js";
import { isStart } from "./starts.js";

export class Mixer<T extends View> {
  private readonly write: (views: readonly T[], text: string, isPartial: boolean) => void;
  /** The one line that is not written yet, as long as nothing is more involved: so it is with nearly all lines. */
  private single: T | undefined;
  private grouper: Grouper<T> | undefined;

  private readonly joining: Joining;

  /** `write` takes a record: its lines, and their text. */
  constructor(
    write: (views: readonly T[], text: string, isPartial: boolean) => void,
    joining = joiningBy(undefined),
  ) {
    this.write = write;
    this.joining = joining;
  }

  push(view: T): void {
    const { single, grouper } = this;
    if (grouper !== undefined) {
      grouper.push(view);
      this.settle(grouper);
    } else if (view.isPartial || !(single === undefined || this.isBehind(single, view))) {
      this.grouper = new Grouper<T>(this.joining);
      if (single !== undefined) this.grouper.push(single);
      this.grouper.push(view);
      this.single = undefined;
    } else {
      if (single !== undefined) this.write([single], single.text, false);
      this.single = view;
    }
  }

  private isBehind(single: T, view: T): boolean {
    const { rules } = this.joining;
    if (rules === undefined) return isBehind(single, view);
    return single.stream === view.stream && rules.begins(view.text, single.text);
  }

  end(): void {
    if (this.single !== undefined) this.write([this.single], this.single.text, false);
    for (const { views, text, isPartial } of this.grouper?.end() ?? []) this.write(views, text, isPartial);
    this.single = this.grouper = undefined;
  }

  private settle(grouper: Grouper<T>): void {
    for (const { views, text, isPartial } of grouper.take()) this.write(views, text, isPartial);
    this.single = grouper.single;
    if (this.single !== undefined || grouper.isEmpty) this.grouper = undefined;
  }
}

/** Whether a line ends the record of the one line before it. */
function isBehind(single: View, view: View): boolean {
  if (single.stream !== view.stream) return false;
  if (isStart(view.text) || isLater(view.text, view.seconds, single.seconds)) return true;
  // Below a line with a date any text may be the beginning of a trace; an object is complete, or goes on.
  if (isIndented(view.text) || isStart(single.text) || isHalfHead(single.text)) return false;
  // A frame whose trace has begun before goes on with lines that say nothing by themselves.
  if (isIndented(single.text) || kindOfFrame(single.text) !== undefined) return false;
  return !hasSignOnce(view) && !hasSignOnce(single);
}

/** Each line is asked twice: as what may go on, and as what it may go on with. */
function hasSignOnce(view: View): boolean {
  view.hasSign ??= hasSign(view.text);
  return view.hasSign;
}
