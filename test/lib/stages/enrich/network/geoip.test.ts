import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressOf, isPrivate } from "../../../../../src/lib/stages/enrich/network/address.js";
import {
  type GeoHolder,
  geoEnricher,
  openGeoDatabase,
} from "../../../../../src/lib/stages/enrich/network/geoip.js";
import { type MmdbOptions, type MmdbValue, mmdb } from "../../../../support/mmdb.js";
import { enriched } from "../support.js";

const LONDON: MmdbValue = {
  continent: { code: "EU" },
  country: { iso_code: "GB", names: { de: "Vereinigtes Königreich", en: "United Kingdom" } },
  subdivisions: [{ iso_code: "ENG", names: { en: "England" } }],
  city: { names: { en: "London" } },
  postal: { code: "SW1" },
  location: { latitude: 51.5142, longitude: -0.0931, time_zone: "Europe/London" },
};
const JAPAN: MmdbValue = { country: { iso_code: "JP", names: { en: "Japan" } } };
const TELCO: MmdbValue = { autonomous_system_number: 1221, autonomous_system_organization: 'Telco "1"' };

async function holderOf(networks: [string, MmdbValue][], options?: MmdbOptions): Promise<GeoHolder> {
  return { database: await openGeoDatabase(mmdb(networks, options)), version: 0 };
}

describe("addressOf", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    [" 192.0.2.1:8080 ", "192.0.2.1"],
    ["[2001:DB8::1]:443", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:0201", "192.0.2.1"],
    ["0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"],
    ["64:ff9b::192.0.2.1", "64:ff9b::192.0.2.1"],
    ["::ffff:0:1", "0.0.0.1"],
    ["1::ffff:1", "1::ffff:1"],
    ["256.0.0.1", undefined],
    ["1.2.3", undefined],
    ["[::1", undefined],
    ["", undefined],
    ["1".repeat(100), undefined],
  ])("%s is %s", (text, address) => {
    expect(addressOf(text)).toBe(address);
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void addressOf(text)));
    fc.assert(fc.property(fc.ipV6(), (text) => void isPrivate(addressOf(text)!)));
  });

  it("knows what is private", () => {
    const inside = [
      "10.1.2.3",
      "127.0.0.1",
      "172.31.0.1",
      "192.168.0.1",
      "169.254.1.1",
      "100.64.0.1",
      "::1",
      "fd00::1",
      "fe80::1",
    ];
    const outside = ["11.0.0.1", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2001:db8::1", "fec0::1"];
    expect(inside.map(isPrivate)).not.toContain(false);
    expect(outside.map(isPrivate)).not.toContain(true);
  });
});

describe("geoEnricher", () => {
  it("sets what a record has, under OpenTelemetry's names", async () => {
    const holder = await holderOf([["192.0.2.0/24", LONDON]], { type: "Test-City" });
    expect(
      enriched(
        '{"ip":"192.0.2.77"}',
        geoEnricher({ field: "ip", prefix: "client." }, holder, () => {}),
      ),
    ).toBe(
      '{"ip":"192.0.2.77","client.geo.continent.code":"EU","client.geo.country.iso_code":"GB","client.geo.country.name":"United Kingdom","client.geo.region.iso_code":"GB-ENG","client.geo.region.name":"England","client.geo.locality.name":"London","client.geo.postal_code":"SW1","client.geo.location.lat":51.5142,"client.geo.location.lon":-0.0931,"client.geo.timezone":"Europe/London"}',
    );
  });

  it("counts what each address gave", async () => {
    const holder = await holderOf([["192.0.2.0/24", TELCO]], { type: "Test-ASN" });
    const outcomes: string[] = [];
    const one = geoEnricher({ field: "ip", prefix: "" }, holder, (outcome) => outcomes.push(outcome));
    const out = enriched(
      ['"192.0.2.1"', '"198.51.100.1"', '"10.0.0.1"', '"nowhere"', "7", '"192.0.2.1"']
        .map((ip) => `{"ip":${ip}}`)
        .join("\n"),
      one,
    );
    expect(out.split("\n")[0]).toBe(
      '{"ip":"192.0.2.1","as.number":1221,"as.organization.name":"Telco \\"1\\""}',
    );
    expect(outcomes).toEqual(["hits", "misses", "private", "no_address", "hits"]);
  });

  it("takes up another database at once", async () => {
    const holder = await holderOf([["192.0.2.0/24", JAPAN]], { type: "Test-Country" });
    const one = geoEnricher({ field: "ip", prefix: "" }, holder, () => {});
    expect(enriched('{"ip":"192.0.2.1"}', one)).toContain("Japan");
    holder.database = (await holderOf([["192.0.2.0/24", LONDON]], { type: "Test-Country" })).database;
    holder.version++;
    expect(enriched('{"ip":"192.0.2.1"}', one)).toContain("United Kingdom");
  });

  it.each([24, 28, 32] as const)("finds the narrowest network in a tree of %d bits", async (recordSize) => {
    const address = fc
      .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
      .map((bytes) => bytes.join("."));
    const networks = [8, 16, 24, 32].map((bits, n) => [
      `9.8.7.6/${bits}`,
      { country: { iso_code: `N${n}` } },
    ]);
    const holder = await holderOf(networks as [string, MmdbValue][], { recordSize });
    fc.assert(
      fc.property(fc.oneof(address, fc.constantFrom("9.8.7.6", "9.8.7.7", "9.8.9.9", "9.9.9.9")), (ip) => {
        const same = ["9", "8", "7", "6"].findIndex((part, n) => ip.split(".")[n] !== part);
        const depth = same < 0 ? 4 : same;
        const found = holder.database.find(ip) as { country: { iso_code: string } } | undefined;
        expect(found?.country.iso_code).toBe(depth === 0 ? undefined : `N${depth - 1}`);
      }),
    );
  });

  it("finds nothing of IPv6 in a database of IPv4", async () => {
    const holder = await holderOf([["0.0.0.0/1", JAPAN]], { ipVersion: 4 });
    expect(holder.database.find("2001:db8::1")).toBeUndefined();
    expect(holder.database.find("1.2.3.4")).toEqual(JAPAN);
  });
});

describe("openGeoDatabase", () => {
  const whole = mmdb([
    ["192.0.2.0/24", LONDON],
    ["2001:db8::/32", JAPAN],
  ]);

  it("refuses what is none, is cut off, or has values that cannot be", async () => {
    await expect(openGeoDatabase(Buffer.from("hello"))).rejects.toThrow("it is no MaxMind DB file");
    await expect(openGeoDatabase(Buffer.alloc(0))).rejects.toThrow("it is no MaxMind DB file");
    await expect(openGeoDatabase(whole.subarray(40))).rejects.toThrow("it is damaged: its search tree");
    const double = Buffer.from(whole);
    // The control byte of a double of 8 bytes, made one of 7.
    double[double.indexOf(Buffer.from("latitude")) + 8]! -= 1;
    await expect(openGeoDatabase(double)).rejects.toThrow("impossible size");
  });

  it("with any byte changed is refused or gives something without throwing but what is caught", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        const database = await openGeoDatabase(changed).catch((error: Error) => error.message);
        if (typeof database === "string") {
          expect(database).toMatch(/^it (is|has) /);
          return;
        }
        const one = geoEnricher({ field: "ip", prefix: "" }, { database, version: 0 }, () => {});
        expect(enriched('{"ip":"192.0.2.1"}', one)).toMatch(/^\{"ip":"192.0.2.1".*\}$/);
      }),
      { numRuns: 400 },
    );
  });
});
