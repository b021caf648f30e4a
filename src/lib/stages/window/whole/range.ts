/** `--since` and `--until` of `stats`, `top` and `check`. */
import { checkTimeRange, parseTimePhrase } from "../../../base/time/phrase.js";
import { parseZone } from "../../../base/time/zone.js";
import type { TotalsRange } from "./totals.js";

export interface RangeOptions {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly tz: string | undefined;
}

/** Undefined where neither is given. Moments are those of a run that began at `startedMs`. Throws usage.bad-value. */
export function totalsRange({ since, until, tz }: RangeOptions, startedMs: number): TotalsRange | undefined {
  if (since === undefined && until === undefined) return undefined;
  const context = { nowMs: startedMs, zone: parseZone(tz ?? "local", "--tz") };
  const moment = (text: string | undefined, what: string) =>
    text === undefined ? undefined : parseTimePhrase(text, what, context);
  const [sinceNs, untilNs] = [moment(since, "--since"), moment(until, "--until")];
  checkTimeRange(sinceNs, untilNs, until);
  return {
    sinceMs: sinceNs === undefined ? Number.NEGATIVE_INFINITY : Number(sinceNs) / 1e6,
    untilMs: untilNs === undefined ? Number.POSITIVE_INFINITY : Number(untilNs) / 1e6,
  };
}
