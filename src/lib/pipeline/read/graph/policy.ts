/** Properties of nodes beside what they do: policies, rate limits, the journal. */
import type { Rate } from "../../../base/rate.js";
import type { Options } from "../../../options/options.js";
import type { YamlEntry, YamlValue } from "../../../options/yaml.js";
import type { JournalSettings, RateLimit } from "../../contract/graph.js";
import { fault, optionName, optionOf } from "../steps.js";
import type { Faults } from "./faults.js";
import { journalProperties, rateLimitOf, rateProperties, sinkProperties } from "./properties.js";
import { notHere } from "./unknown-names.js";

export interface PolicySurroundings {
  readonly faults: Faults;
  /** By section. */
  readonly defaults: ReadonlyMap<string, YamlEntry>;
}

export const RATE_LIMIT = { rateLimit: true } as const;

/** `journal: none`, or its settings. */
export function readJournal(entry: YamlEntry | undefined, faults: Faults): JournalSettings {
  if (entry === undefined) return { mode: "auto" };
  const { place, value } = entry;
  if (value.kind !== "map") {
    const mode = faults.try(() => optionOf(entry, journalProperties.mode, "journal"));
    return { mode: (mode ?? "auto") as JournalSettings["mode"], place };
  }
  const { own, steps } = partsOf(value, journalProperties, faults);
  for (const each of steps)
    faults.add(notHere(each, "journal", Object.keys(journalProperties), "the journal"));
  const { mode, directory, limit } = policyOf(own, journalProperties, faults);
  return {
    mode: mode ?? "auto",
    ...(directory !== undefined && { directory }),
    ...(limit !== undefined && { limitBytes: limit }),
    place,
  };
}

/** What stands in a node. */
export interface Parts {
  /** The node's own properties, by their names in the program. */
  readonly own: ReadonlyMap<string, YamlEntry>;
  /** What is none of them: the step, where there is one. */
  readonly steps: readonly YamlEntry[];
  /** Else there is a fault, and what is not here may be there. */
  readonly isWhole: boolean;
}

/** What stands twice is a fault, and the first of both counts. */
export function partsOf(value: YamlValue, known: Readonly<Record<string, unknown>>, faults: Faults): Parts {
  if (value.kind === "nothing") return { own: new Map(), steps: [], isWhole: true };
  if (value.kind === "scalar") {
    const { place, line } = value;
    const key = faults.try(() => value.texts()[0]!);
    return {
      own: new Map(),
      steps: key === undefined ? [] : [{ key, place, line, value: nothingAt(value) }],
      isWhole: key !== undefined,
    };
  }
  const own = new Map<string, YamlEntry>();
  const steps: YamlEntry[] = [];
  const entries = faults.try(() => value.entries());
  for (const entry of entries ?? []) {
    const name = optionName(entry.key, known as Options);
    const before = name === undefined ? undefined : own.get(name);
    // One name twice is a fault of YAML, and was reported.
    if (before?.key === entry.key) continue;
    if (before !== undefined) faults.add(fault(entry.place, `"${entry.key}" stands beside "${before.key}"`));
    else if (name === undefined) steps.push(entry);
    else own.set(name, entry);
  }
  return { own, steps, isWhole: entries !== undefined };
}

/** What stands under a name that has nothing under it. */
function nothingAt({ place, line }: YamlValue): YamlValue {
  return { kind: "nothing", place, line, texts: () => [], items: () => [], entries: () => [] };
}

/** The values of those of the options that are given; faults are gathered. */
export function policyOf<O extends Options>(
  own: ReadonlyMap<string, YamlEntry>,
  options: O,
  faults: Faults,
  // biome-ignore lint/suspicious/noExplicitAny: the values are those of the options
): { readonly [K in keyof O]?: any } {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    const entry = own.get(name);
    const value = entry && faults.try(() => optionOf(entry, option, name));
    if (value !== undefined) values[name] = value;
  }
  return values as { readonly [K in keyof O]?: unknown };
}

/** Of the defaults of sinks. */
export function policyIn(value: YamlValue | undefined, faults: Faults) {
  if (value === undefined) return {};
  const { own, steps } = partsOf(value, { ...RATE_LIMIT, ...sinkProperties }, faults);
  for (const each of steps)
    faults.add(notHere(each, "sinks", ["required", "on-full", "rate-limit"], "the defaults of sinks"));
  return policyOf(own, sinkProperties, faults);
}

/** Its own, else that of the defaults of its kind. */
export function rateLimitIn(
  own: ReadonlyMap<string, YamlEntry>,
  { faults, defaults }: PolicySurroundings,
  section: "sources" | "sinks",
): RateLimit | undefined {
  const value = defaults.get(section)?.value;
  const known = section === "sources" ? RATE_LIMIT : { ...RATE_LIMIT, ...sinkProperties };
  const general = value === undefined ? undefined : partsOf(value, known, faults);
  if (section === "sources")
    for (const each of general?.steps ?? [])
      faults.add(notHere(each, "sources", ["rate-limit"], "the defaults of sources"));
  const entry = own.get("rateLimit") ?? general?.own.get("rateLimit");
  return entry && faults.try(() => readRateLimit(entry, faults));
}

function readRateLimit(entry: YamlEntry, faults: Faults): RateLimit | undefined {
  if (entry.value.kind === "scalar") {
    const events = optionOf(entry, rateProperties.events, "rateLimit") as Rate;
    return rateLimitOf({ events });
  }
  const { own, steps } = partsOf(entry.value, rateProperties, faults);
  for (const each of steps) faults.add(notHere(each, "rate-limit", Object.keys(rateProperties), "a limit"));
  const given = policyOf(own, rateProperties, faults);
  if (!own.has("events") && !own.has("bytes"))
    throw fault(entry.place, "the limit says neither events nor bytes", {
      hint: "write rate-limit: { events: 1000/s }",
    });
  const sampling = own.get("sampleOneIn");
  if (sampling !== undefined && given.onLimit !== "sample")
    faults.add(
      fault(sampling.place, `"${sampling.key}" has no effect without on-limit: sample`, {
        hint: "leave it out",
      }),
    );
  return rateLimitOf(given);
}
