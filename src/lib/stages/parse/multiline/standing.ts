/** Whether a trace may belong to the line above it: whose it is, as that line tells. */
import { isStart } from "../records/starts.js";

/**
 * What a line says of itself: that something failed ("error", also where it ends in a colon), that something is odd
 * ("warn"), that all is well ("fine"), nothing but when it was written ("dated"), nothing ("bare").
 */
export type Standing = "error" | "warn" | "fine" | "dated" | "bare";

/**
 * How a trace comes below a line. "crash": the runtime prints it when a program dies, never a logger. "traceback": both
 * do. "cause": a logger does, or the line above has announced it.
 */
export type TraceSort = "crash" | "traceback" | "cause";

/** A line that a trace may belong to. */
export class LineAbove {
  readonly standing: Standing;
  /** It names an exception. */
  private readonly mentions: boolean;
  /** No format has said that it is a record. */
  private readonly isContained: boolean;
  private readonly isTold: boolean;

  constructor(head: string, mentions: boolean, isContained: boolean) {
    this.standing = standingOf(head);
    this.mentions = mentions;
    this.isContained = isContained;
    this.isTold = TOLD.test(head);
  }

  /** Whether a trace right below the line is of its record. */
  reports(sort: TraceSort): boolean {
    const { standing, mentions, isContained, isTold } = this;
    if (standing === "error") return true;
    if (sort === "crash") return false;
    if (mentions) return true;
    if (sort === "cause") return standing !== "bare" || !isContained;
    return standing === "warn" || standing === "dated" || isTold;
  }

  /** The same for those that say the same of whatever comes. */
  get state(): string {
    return `${this.standing} ${this.mentions} ${this.isTold}`;
  }
}

export function standingOf(head: string): Standing {
  const isDated = isStart(head);
  if (ANNOUNCES.test(head)) return "error";
  const text = head.length > LEVEL_WITHIN ? head.slice(0, LEVEL_WITHIN) : head;
  const level = LEVEL.exec(text);
  if (level === null) return isDated ? "dated" : "bare";
  const word = (level[1] ?? level[2] ?? level[3])!;
  return FINE.test(word) ? "fine" : WARN.test(word) ? "warn" : "error";
}

/** A level stands so near to where a line begins. */
const LEVEL_WITHIN = 160;
const ANNOUNCES = /(?::|---) {0,8}$/;
const CAPITALS =
  "TRACE|TRC|DEBUG|DBG|INFO|INF|NOTICE|FINEST|FINER|FINE|CONFIG|WARN|WARNING|WRN|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL|FTL|D?PANIC|PNC|ALERT|EMERG|EMERGENCY";
/**
 * A word in capitals; in small letters between brackets, bars, as a value or before a colon; the letter of klog, glog
 * and Ruby.
 */
const LEVEL = new RegExp(
  `\\b(${CAPITALS})\\b|[[(|<=":](${CAPITALS.toLowerCase()})(?=[\\])|>":, ]|$)|^([DIWEFA])(?:\\d{4} \\d\\d:|, \\[)`,
);
const FINE = /^(?:T|D(?!PANIC)|I|N|FIN|CONFIG|t|d(?!panic)|i|n|fin|config)/;
const WARN = /^[Ww]/;
/** A line that all is well with names the trace below it all the same. */
const TOLD = /\b(?:panic|exception|traceback|stack ?trace|uncaught|unhandled|crash|recover)/i;
