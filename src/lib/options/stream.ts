/**
 * Options of the stages that look into events, declared once so that they mean the same wherever they appear:
 * `options: { by: by({ summary: "..." }), timeField, within: duration({ ... }) }`.
 */
import { failure } from "../base/errors/index.js";
import type { DateOrder } from "../base/time/assumed.js";
import { parseZone } from "../base/time/zone.js";
import { choice, type FromProject, flagName, type Option, text } from "./options.js";

/**
 * `--by a,b`: a list of fields in order, each a path as in field-path.ts (`user.id`). May be repeated, which adds up; a
 * field named twice counts once. Throws usage.bad-value for an empty name.
 */
export function by(texts: { readonly summary: string; readonly short?: string }): Option<readonly string[]> {
  return fieldList({ metavar: "FIELDS", ...texts });
}

/** As `by`, for an option of another name. */
export function fieldList(texts: {
  readonly summary: string;
  readonly short?: string;
  readonly metavar?: string;
  readonly default?: readonly string[];
  readonly fromProject?: FromProject;
}): Option<readonly string[]> {
  return {
    metavar: "FIELDS",
    default: [],
    fromProject: "free",
    ...texts,
    kind: "list",
    parse: (value, name, before) => [...new Set([...(before ?? []), ...fieldNames(value, flagName(name))])],
  };
}

export const timeField: Option<string> = text({
  fromProject: "free",
  metavar: "FIELD",
  default: "timestamp",
  summary:
    "the field with the event's time; default timestamp, else the first of @timestamp, time, ts, ... that has one",
});

/** `--time-field` of what asks for a range of events that have their times under their own names. */
export const rangeTimeField: Option<string | undefined> = text({
  fromProject: "free",
  metavar: "FIELD",
  summary:
    "the field of FILEs and stdin that --since and --until go by; default timestamp, else the first of @timestamp, time, ts, ... that has one",
});

/** `--tz ZONE` of what reads times as their sources wrote them. Throws usage.bad-value. */
export const sourceZone: Option<string | undefined> = {
  kind: "text",
  fromProject: "free",
  isSectionOnly: true,
  metavar: "ZONE",
  default: undefined,
  summary: "the zone of times that name none, e.g. Europe/Paris, +02:00, local; default UTC",
  parse: (value, name) => parseZone(value, flagName(name)),
};

/** `--date-order ORDER` of the same. */
export const dateOrder: Option<DateOrder | undefined> = {
  ...choice({
    fromProject: "free",
    metavar: "ORDER",
    choices: ["mdy", "dmy", "ymd"],
    summary: "which number of a date such as 03/04/2026 is the month, and which the day",
  }),
  isSectionOnly: true,
};

/** `a, b` to its names. Throws usage.bad-value naming `what`. */
function fieldNames(value: string, what: string): readonly string[] {
  const names = value.split(",").map((name) => name.trim());
  if (!names.includes("")) return names;
  throw failure("usage.bad-value", {
    option: what,
    value,
    reason: "a name is empty",
    hint: "write field names with commas between them, like service,user.id",
  });
}
