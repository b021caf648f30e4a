/** The steps of `enrich`, in the order in which they are documented. */
import type { StageContext } from "../stage/stage.js";
import { castEnricher, readCasts } from "./cast.js";
import { computedEnricher } from "./computed.js";
import { containerEnricher } from "./containers.js";
import { type DnsOutcome, DnsPass } from "./dns.js";
import type { Enricher } from "./enricher.js";
import { Enrichment } from "./enrichment.js";
import { type GeoOutcome, geoEnricher } from "./geoip.js";
import { type LookupOutcome, lookupEnricher } from "./lookup.js";
import { readFieldPrefix } from "./members-text.js";
import { NameList } from "./names.js";
import type { EnrichValues } from "./options.js";
import { planPasses, type Step } from "./plan.js";
import { queryEnricher } from "./query-string.js";
import type { EnrichResources } from "./resources.js";
import { readSettings } from "./settings.js";
import { ShapePass } from "./shape.js";
import { Tallies } from "./tallies.js";
import { unpackEnricher } from "./unpack.js";
import { urlEnricher } from "./url.js";
import { agentEnricher } from "./user-agent.js";
import { readRenames } from "./words/renames.js";

/** Throws usage.bad-value and usage.bad-expression. */
export function createEnrichment(
  options: EnrichValues,
  resources: EnrichResources,
  context: StageContext,
): Enrichment {
  const tallies = new Tallies(context);
  const steps: Step[] = [
    ...unpacking(options, tallies).map(look),
    ...resources.surroundings.map((assignment): Step => ({ kind: "constant", assignment })),
    ...derived(options, resources, tallies).map(look),
    ...naming(options, resources, context, tallies),
    ...casting(options, context, tallies).map(look),
    ...lookingUp(resources, tallies).map(look),
    ...setting(options, context, tallies),
    ...shaping(options),
  ];
  const { refreshes } = resources;
  const refresh = async () => {
    for (const one of refreshes) await one();
  };
  return new Enrichment(planPasses(steps), context, tallies, refreshes.length === 0 ? undefined : refresh);
}

function look(enricher: Enricher): Step {
  return { kind: "look", enricher };
}

function unpacking({ unpack, unpackDepth }: EnrichValues, tallies: Tallies): Enricher[] {
  const count = tallies.counters<"unpacked" | "not_json">("unpack.");
  return unpack.map((text) => {
    const field = readFieldPrefix(text, "");
    return unpackEnricher(
      field.prefix === "" ? { ...field, prefix: field.field } : field,
      unpackDepth,
      count,
    );
  });
}

/** What follows from one field of an event. */
function derived(options: EnrichValues, resources: EnrichResources, tallies: Tallies): Enricher[] {
  const { geo, parseAgent } = resources;
  const count = tallies.counters<GeoOutcome>("geoip.");
  const addresses = options.geoipField.length === 0 ? ["client_ip"] : options.geoipField;
  return [
    ...(options.kubernetes ? [containerEnricher(options.kubernetesField)] : []),
    ...options.url.map((text) => urlEnricher(readFieldPrefix(text, "url"))),
    ...options.queryString.map((text) => queryEnricher(readFieldPrefix(text, "query"))),
    ...(parseAgent === undefined
      ? []
      : options.userAgent.map((text) => agentEnricher(readFieldPrefix(text, "user_agent"), parseAgent))),
    ...geo.flatMap((holder) =>
      addresses.map((text) => {
        const { field, prefix } = readFieldPrefix(text, "");
        return geoEnricher({ field, prefix: prefix === "" ? "" : `${prefix}.` }, holder, count);
      }),
    ),
  ];
}

function naming(
  { dns }: EnrichValues,
  { names }: EnrichResources,
  context: StageContext,
  tallies: Tallies,
): Step[] {
  if (names === undefined) return [];
  const fields = dns.map((text) => {
    const { field, prefix } = readFieldPrefix(text, "");
    return { field, prefix: prefix === "" ? `${field}.domain` : prefix };
  });
  const count = tallies.counters<DnsOutcome>("dns.");
  return [{ kind: "pass", pass: new DnsPass(fields, names, context.nowMs, count) }];
}

function casting({ cast }: EnrichValues, context: StageContext, tallies: Tallies): Enricher[] {
  const count = tallies.counters<"cast_failures">("");
  return readCasts(cast).map((own) => castEnricher(own, context.nowMs, count));
}

function lookingUp({ lookups }: EnrichResources, tallies: Tallies): Enricher[] {
  return lookups.map(({ words, holder, label }) => {
    const count = tallies.counters<LookupOutcome>(`lookup.${label}.`);
    return lookupEnricher(words, holder, count);
  });
}

function setting({ set }: EnrichValues, context: StageContext, tallies: Tallies): Step[] {
  return readSettings(set).map((own) => {
    if (own.kind === "constant") return { kind: "constant", assignment: own };
    const count = tallies.counter(`set.${own.name}.without_value`);
    return look(computedEnricher(own.name, own.expression, context.nowMs, count));
  });
}

function shaping({ rename, keep, drop }: EnrichValues): Step[] {
  if (rename.length + keep.length + drop.length === 0) return [];
  const shape = {
    renames: readRenames(rename),
    keep: keep.length === 0 ? undefined : new NameList(keep),
    drop: drop.length === 0 ? undefined : new NameList(drop),
  };
  return [{ kind: "pass", pass: new ShapePass(shape) }];
}
