// Enter here: the steps of `enrich` from its options.
/** The steps of `enrich`, in the order in which they are documented. */

import { readFieldPrefix } from "../../json/member-builder.js";
import type { StageContext } from "../../pipeline/contract/stage.js";
import { BatchCounters } from "./core/batch-counters.js";
import { EnrichTransform } from "./core/enrich-transform.js";
import type { Enricher } from "./core/enricher.js";
import { type EnrichStep, planPasses } from "./core/plan-passes.js";
import { castEnricher, readCasts } from "./fields/cast.js";
import { computedEnricher } from "./fields/computed.js";
import { containerEnricher } from "./fields/containers.js";
import { NameList } from "./fields/names.js";
import { readSetFields } from "./fields/set-fields.js";
import { ShapePass } from "./fields/shape.js";
import { unpackEnricher } from "./fields/unpack.js";
import { type LookupOutcome, lookupEnricher } from "./lookup/lookup.js";
import { readLookup } from "./lookup/lookup-words.js";
import { type DnsOutcome, DnsPass } from "./network/dns.js";
import { type GeoOutcome, geoEnricher } from "./network/geoip.js";
import type { EnrichValues } from "./options.js";
import type { EnrichResources } from "./resources.js";
import { queryEnricher } from "./web/query-string.js";
import { urlEnricher } from "./web/url.js";
import { agentEnricher } from "./web/user-agent.js";
import { readRenames } from "./words/renames.js";

/** Throws usage.bad-value and usage.bad-expression. */
export function createEnrichment(
  options: EnrichValues,
  resources: EnrichResources,
  context: StageContext,
): EnrichTransform {
  const tallies = new BatchCounters(context);
  const steps: EnrichStep[] = [
    ...unpacking(options, tallies).map(look),
    ...resources.surroundings.map((assignment): EnrichStep => ({ kind: "constant", assignment })),
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
  return new EnrichTransform(
    planPasses(steps),
    context,
    tallies,
    refreshes.length === 0 ? undefined : refresh,
  );
}

/** Throws what the options say wrong by themselves, whatever stands in files. */
export function checkEnrichment(options: EnrichValues, context: StageContext): void {
  options.lookup.map(readLookup);
  const tallies = new BatchCounters(context);
  unpacking(options, tallies);
  casting(options, context, tallies);
  setting(options, context, tallies);
  shaping(options);
}

function look(enricher: Enricher): EnrichStep {
  return { kind: "look", enricher };
}

function unpacking({ unpack, unpackDepth }: EnrichValues, tallies: BatchCounters): Enricher[] {
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
function derived(options: EnrichValues, resources: EnrichResources, tallies: BatchCounters): Enricher[] {
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
  tallies: BatchCounters,
): EnrichStep[] {
  if (names === undefined) return [];
  const fields = dns.map((text) => {
    const { field, prefix } = readFieldPrefix(text, "");
    return { field, prefix: prefix === "" ? `${field}.domain` : prefix };
  });
  const count = tallies.counters<DnsOutcome>("dns.");
  return [{ kind: "pass", pass: new DnsPass(fields, names, context.nowMs, count) }];
}

function casting({ cast }: EnrichValues, context: StageContext, tallies: BatchCounters): Enricher[] {
  const count = tallies.counters<"cast_failures">("");
  return readCasts(cast).map((own) => castEnricher(own, context.nowMs, count));
}

function lookingUp({ lookups }: EnrichResources, tallies: BatchCounters): Enricher[] {
  return lookups.map(({ words, holder, label }) => {
    const count = tallies.counters<LookupOutcome>(`lookup.${label}.`);
    return lookupEnricher(words, holder, count);
  });
}

function setting({ set }: EnrichValues, context: StageContext, tallies: BatchCounters): EnrichStep[] {
  return readSetFields(set).map((own) => {
    if (own.kind === "constant") return { kind: "constant", assignment: own };
    const count = tallies.counter(`set.${own.name}.without_value`);
    return look(computedEnricher(own.name, own.expression, context.nowMs, count));
  });
}

function shaping({ rename, keep, drop }: EnrichValues): EnrichStep[] {
  if (rename.length + keep.length + drop.length === 0) return [];
  const shape = {
    renames: readRenames(rename),
    keep: keep.length === 0 ? undefined : new NameList(keep),
    drop: drop.length === 0 ? undefined : new NameList(drop),
  };
  return [{ kind: "pass", pass: new ShapePass(shape) }];
}
