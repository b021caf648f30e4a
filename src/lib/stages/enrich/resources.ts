/** What enrichers need from outside, read before the first event. */
import { failure } from "../../base/errors/index.js";
import type { Assignment } from "../../event/assign.js";
import { readFieldPrefix } from "../../json/member-builder.js";
import { quote } from "../../json/quote.js";
import type { StageIo } from "../../pipeline/contract/resources.js";
import { reloading } from "./core/reloading.js";
import { readLookup } from "./lookup/lookup-words.js";
import { type OpenedLookup, openLookup, type ReadSql } from "./lookup/open-lookup.js";
import { DnsNames, type NameSource } from "./network/dns-names.js";
import { GeoFault, type GeoHolder, openGeoDatabase } from "./network/geoip.js";
import type { EnrichValues } from "./options.js";
import { loadAgentParser, type ParseAgent } from "./web/user-agent.js";

/** How long a name server has for an answer. */
const DNS_TIMEOUT_MS = 2000;

export interface EnrichResources {
  /** From `--env` and `--host`. */
  readonly surroundings: readonly Assignment[];
  readonly lookups: readonly OpenedLookup[];
  readonly geo: readonly GeoHolder[];
  readonly parseAgent: ParseAgent | undefined;
  readonly names: NameSource | undefined;
  /** Take up changes of files. */
  readonly refreshes: readonly (() => Promise<void>)[];
}

/** Throws LogpipeError: what cannot be read, or cannot be used. */
export async function openEnrichResources(
  options: EnrichValues,
  io: StageIo,
  readSql: ReadSql,
  hostName: () => string,
): Promise<EnrichResources> {
  const words = options.lookup.map(readLookup);
  const surroundings = surroundingsOf(options, io, hostName);
  const refreshes: (() => Promise<void>)[] = [];
  const lookups: OpenedLookup[] = [];
  for (const own of words) {
    const lookup = await openLookup(own, options.lookupLimit, io, readSql);
    if (lookup.refresh !== undefined) refreshes.push(lookup.refresh);
    lookups.push(lookup);
  }
  const geo: GeoHolder[] = [];
  for (const path of options.geoip) {
    const [holder, refresh] = await openGeo(path, io);
    geo.push(holder);
    refreshes.push(refresh);
  }
  const parseAgent = options.userAgent.length === 0 ? undefined : await loadAgentParser();
  const names =
    options.dns.length === 0 ? undefined : new DnsNames(options.dnsServer, DNS_TIMEOUT_MS, options.dnsWait);
  return { surroundings, lookups, geo, parseAgent, names, refreshes };
}

/** A variable that is not set sets no field; that is reported. */
function surroundingsOf(options: EnrichValues, io: StageIo, hostName: () => string): Assignment[] {
  const found: Assignment[] = [];
  for (const text of options.env) {
    const { field: variable, prefix: given } = readFieldPrefix(text, "");
    const value = io.environment(variable);
    const name = given === "" ? variable : given;
    if (value === undefined) io.fail(`enrich: the variable ${variable} is not set: events get no ${name}`);
    else found.push({ name, json: quote(value) });
  }
  if (options.host) found.push({ name: "host", json: quote(hostName()) });
  return found;
}

async function openGeo(path: string, io: StageIo): Promise<[GeoHolder, () => Promise<void>]> {
  const opened: { holder?: GeoHolder } = {};
  const make = async () => {
    try {
      return await openGeoDatabase(await io.readFile(path));
    } catch (error) {
      if (error instanceof GeoFault) throw failure("lookup.unusable", { path, reason: error.message });
      throw error;
    }
  };
  const refresh = await reloading(path, io, make, (database) => {
    const { holder } = opened;
    if (holder === undefined) opened.holder = { database, version: 0 };
    else {
      holder.database = database;
      holder.version++;
    }
  });
  return [opened.holder!, refresh];
}
