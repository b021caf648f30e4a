// Enter here: IP addresses: MaxMind databases and DNS names.
/** `enrich --geoip`: where an address is and whose it is, from a MaxMind DB file. */
import type { Response } from "mmdb-lib";
import { table } from "../../../base/table.js";
import { type FieldPrefix, MemberBuilder } from "../../../json/member-builder.js";
import type { Enricher } from "../core/enricher.js";
import { type FoundMembers, found, textEnricher } from "../core/text-enricher.js";
import { addressOf, isPrivate } from "./address.js";
import { geoDamage } from "./geo-check.js";
import { Memo } from "./memo.js";

/** A database that can be replaced by a newer one while it is used. */
export interface GeoDatabase {
  /** The record of an address, undefined when there is none. Throws for a damaged file. */
  readonly find: (address: string) => object | undefined;
  /** What it says it is: "GeoLite2-City". */
  readonly type: string;
}

export interface GeoHolder {
  database: GeoDatabase;
  /** Changes when the database is replaced. */
  version: number;
}

/** Why a file is no database that can be used. */
export class GeoFault extends Error {}

const RECORDS_MAX = 16_384;

/**
 * Opens the bytes of a MaxMind DB file (format 2, https://maxmind.github.io/MaxMind-DB/). Throws GeoFault when they are
 * none: metadata, search tree and values are checked.
 */
export async function openGeoDatabase(bytes: Buffer): Promise<GeoDatabase> {
  const { Reader } = await import("mmdb-lib");
  if (bytes.lastIndexOf(MARKER) < 0) throw new GeoFault("it is no MaxMind DB file: their mark is missing");
  try {
    return opened(bytes, Reader);
  } catch (error) {
    throw error instanceof GeoFault ? error : new GeoFault(`it is damaged: ${(error as Error).message}`);
  }
}

function opened(bytes: Buffer, Reader: typeof import("mmdb-lib").Reader): GeoDatabase {
  const offsets = new Memo<number, unknown>(RECORDS_MAX);
  const reader = new Reader<Response>(bytes, { cache: offsets });
  const { binaryFormatMajorVersion: format, ipVersion, databaseType, ...metadata } = reader.metadata;
  if (format !== 2) throw new GeoFault(`it has format ${String(format)}, 2 is known`);
  const damage = geoDamage(bytes, {
    nodeCount: metadata.nodeCount,
    recordSize: metadata.recordSize,
    treeBytes: metadata.searchTreeSize,
    dataEnd: bytes.lastIndexOf(MARKER),
  });
  if (damage !== undefined) throw new GeoFault(`it is damaged: ${damage}`);
  const find = (address: string) =>
    ipVersion === 4 && address.includes(":")
      ? undefined
      : ((reader.get(address) ?? undefined) as object | undefined);
  return { find, type: String(databaseType) };
}

const MARKER = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");

/** Sets `PREFIXgeo.*` and `PREFIXas.*`: OpenTelemetry's names where it has them. */
export function geoEnricher(
  { field, prefix }: FieldPrefix,
  holder: GeoHolder,
  count: (outcome: GeoOutcome) => void,
): Enricher {
  const byRecord = new WeakMap<object, FoundMembers>();
  return textEnricher({
    field,
    writes: namesOf(holder.database.type).map((name) => prefix + name),
    textsMax: 65_536,
    version: () => holder.version,
    count: (counter) => count(counter as GeoOutcome),
    look: (text) => {
      const [record, outcome] = recordOf(text, holder.database);
      if (record === undefined) return found(undefined, outcome);
      const known =
        byRecord.get(record) ?? found(recordMembers(record, prefix, holder.database.type), outcome);
      byRecord.set(record, known);
      return known;
    },
  });
}

/** An address was found, is public and not in the database, is private, is none at all, or its record is damaged. */
export type GeoOutcome = "hits" | "misses" | "private" | "no_address" | "damaged";

function recordOf(text: string, database: GeoDatabase): [object | undefined, GeoOutcome] {
  const address = addressOf(text);
  if (address === undefined) return [undefined, "no_address"];
  try {
    const record = database.find(address);
    if (typeof record === "object") return [record, "hits"];
    return [undefined, isPrivate(address) ? "private" : "misses"];
  } catch {
    return [undefined, "damaged"];
  }
}

/** Field to the path of its value in a record. */
const PLACE: Readonly<Record<string, string>> = table({
  "geo.continent.code": "continent.code",
  "geo.country.iso_code": "country.iso_code",
  "geo.country.name": "country.names.en",
  "geo.region.iso_code": "subdivisions.0.iso_code",
  "geo.region.name": "subdivisions.0.names.en",
  "geo.locality.name": "city.names.en",
  "geo.postal_code": "postal.code",
  "geo.location.lat": "location.latitude",
  "geo.location.lon": "location.longitude",
  "geo.timezone": "location.time_zone",
});
const NETWORK: Readonly<Record<string, string>> = table({
  "as.number": "autonomous_system_number",
  "as.organization.name": "autonomous_system_organization",
});

/** Another database beside it may give the rest. */
function fieldsOf(type: string): Readonly<Record<string, string>> {
  if (/ASN$/.test(type)) return NETWORK;
  return /City|Country/.test(type) ? PLACE : { ...PLACE, ...NETWORK };
}

function namesOf(type: string): string[] {
  return Object.keys(fieldsOf(type));
}

/** JSON text of the members that a record gives. */
function recordMembers(record: object, prefix: string, type: string): string {
  const members = new MemberBuilder();
  for (const [name, path] of Object.entries(fieldsOf(type))) {
    const value = valueAt(record, path);
    if (typeof value === "string") members.text(prefix + name, regionCode(name, value, record));
    else members.number(prefix + name, value);
  }
  return members.toString();
}

/** ISO 3166-2 has the country in front: CA-QC. */
function regionCode(name: string, value: string, record: object): string {
  const country = name === "geo.region.iso_code" ? valueAt(record, "country.iso_code") : undefined;
  return typeof country === "string" ? `${country}-${value}` : value;
}

function valueAt(record: object, path: string): unknown {
  let value: unknown = record;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
