/** Results as lines of NDJSON. */
import { quote } from "../../json/quote.js";
import type { Accumulator } from "./accumulators/accumulator.js";
import type { AggregateOutput, SketchOutput, WindowSpan } from "./aggregates/aggregate.js";
import type { Groups } from "./stores/groups.js";
import { sortKeys } from "./stores/key-order.js";

/** What stands in the group fields of the group of all groups that were given up. */
export const OTHER = "__other__";

export interface PrinterSettings {
  readonly by: readonly string[];
  readonly outputs: readonly AggregateOutput[];
  /** Whether the sketches behind the outputs are printed too. */
  readonly hasSketches: boolean;
  /** Whether `timestamp` is printed. */
  readonly hasTimestamp: boolean;
  /** The window's length, where there are several. */
  readonly window: string | undefined;
}

/** What a row says of itself. */
export interface Marks {
  /** More events may come. */
  readonly isPartial?: boolean;
  /** It holds only events that came after the window was complete. */
  readonly isLate?: boolean;
}

export class Printer {
  private readonly settings: PrinterSettings;
  private readonly keyLabels: readonly string[];
  private readonly outputLabels: readonly string[];
  private readonly sketches: readonly (SketchOutput & { readonly label: string })[];

  constructor(settings: PrinterSettings) {
    this.settings = settings;
    this.keyLabels = settings.by.map((name) => `,${quote(name)}:`);
    this.outputLabels = settings.outputs.map(({ name }) => `,${quote(name)}:`);
    const byName = new Map(
      settings.outputs.flatMap(({ sketch }) =>
        sketch === undefined ? [] : [[sketch.name, sketch] as const],
      ),
    );
    this.sketches = [...byName.values()].map((sketch) => ({ ...sketch, label: `,${quote(sketch.name)}:` }));
  }

  /** The groups in `order` of one window, then the other group. `write` gets a few lines at a time. */
  printWindow(
    groups: Groups,
    order: Uint32Array,
    span: WindowSpan,
    marks: Marks,
    write: (lines: string) => void,
  ): void {
    const head = this.head(span);
    let lines = "";
    for (const group of order) {
      lines += this.row(head, groups, group, span, marks);
      if (lines.length < 1 << 16) continue;
      write(lines);
      lines = "";
    }
    write(lines + this.otherRow(groups, span, marks));
  }

  /** One group with a span of its own. */
  printGroup(groups: Groups, group: number, span: WindowSpan, marks: Marks): string {
    return this.row(this.head(span), groups, group, span, marks);
  }

  /** The group of those that were given up; "" when there is none. */
  otherRow(groups: Groups, span: WindowSpan, marks: Marks): string {
    const { other } = groups;
    if (other === undefined) return "";
    const keys = this.keyLabels.map((label) => `${label}"${OTHER}"`).join("");
    const tail = `,"groups_dropped":${other.groups}`;
    return `${this.head(span)}${keys}${this.values(other.accumulators, 0, span)}${tail}${this.tail(span, marks)}`;
  }

  private head({ startMs, endMs }: WindowSpan): string {
    const { window } = this.settings;
    const name = window === undefined ? "" : `,"window":${quote(window)}`;
    return `{"window_start":"${printTime(startMs)}","window_end":"${printTime(endMs)}"${name}`;
  }

  private row(head: string, groups: Groups, group: number, span: WindowSpan, marks: Marks): string {
    const missed = groups.missed.data[group]!;
    return `${head}${this.keys(groups, group)}${this.values(groups.accumulators, group, span)}${
      missed > 0 ? `,"missed_max":${missed}` : ""
    }${this.tail(span, marks)}`;
  }

  private keys(groups: Groups, group: number): string {
    const { keyLabels } = this;
    if (keyLabels.length === 0) return "";
    const text = groups.keys.text(group);
    let out = "";
    let at = 0;
    for (const label of keyLabels) {
      const end = text.indexOf("\n", at);
      out += label + text.slice(at, end);
      at = end + 1;
    }
    return out;
  }

  private values(accumulators: readonly Accumulator[], group: number, span: WindowSpan): string {
    const { outputs } = this.settings;
    let out = "";
    for (let n = 0; n < outputs.length; n++)
      out += this.outputLabels[n]! + outputs[n]!.print(accumulators, group, span);
    if (this.settings.hasSketches)
      for (const { label, print } of this.sketches) out += label + print(accumulators, group);
    return out;
  }

  private tail({ startMs }: WindowSpan, { isPartial, isLate }: Marks): string {
    const timestamp = this.settings.hasTimestamp ? `,"timestamp":"${printTime(startMs)}"` : "";
    return `${isPartial ? ',"partial":true' : ""}${isLate ? ',"late":true' : ""}${timestamp}}\n`;
  }
}

/** The groups that are alive, in the order of their keys' JSON text: the same however events were mixed. */
export function groupsInOrder({ keys }: Groups): Uint32Array {
  return sortKeys(keys, keys.alive());
}

/** The last millisecond of RFC 3339: no window ends after it. */
const YEAR_9999_END_MS = Date.UTC(10_000, 0, 1) - 1;

/** RFC 3339 in UTC, with as many digits of the second as there are, at most six. */
function printTime(ms: number): string {
  const micros = Math.round(Math.min(ms, YEAR_9999_END_MS) * 1000);
  const whole = Math.floor(micros / 1000);
  const text = new Date(whole).toISOString();
  const rest = micros - whole * 1000;
  const digits = `${text.slice(-4, -1)}${String(rest).padStart(3, "0")}`.replace(/0+$/, "");
  return `${text.slice(0, -5)}${digits === "" ? "" : `.${digits}`}Z`;
}
