import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { checkJson } from "../../../../src/lib/json/members.js";
import { quote } from "../../../../src/lib/json/quote.js";
import { containerEnricher, containerMembers } from "../../../../src/lib/stages/enrich/fields/containers.js";
import { unpackEnricher, unpackedJson } from "../../../../src/lib/stages/enrich/fields/unpack.js";
import { queryEnricher, queryJson } from "../../../../src/lib/stages/enrich/web/query-string.js";
import { splitUrl, urlEnricher } from "../../../../src/lib/stages/enrich/web/url.js";
import {
  agentEnricher,
  agentMembers,
  loadAgentParser,
  type ParseAgent,
} from "../../../../src/lib/stages/enrich/web/user-agent.js";
import { enriched } from "./support.js";

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom(
    "\u0000",
    "\ud800",
    "%",
    "%zz",
    "?&=&==",
    "//",
    "://",
    "[",
    "\\",
    '"',
    "http://[",
    "a".repeat(100_000),
  ),
);

describe("splitUrl", () => {
  it.each([
    [
      "HTTPS://ann:secret@Example.com:8443/a/b?x=1&y=2#top",
      { scheme: "https", domain: "example.com", port: 8443, path: "/a/b", query: "x=1&y=2", fragment: "top" },
    ],
    ["http://[2001:db8::1]:80/", { scheme: "http", domain: "2001:db8::1", port: 80, path: "/" }],
    ["/index.html?q=a%20b", { path: "/index.html", query: "q=a%20b" }],
    ["//cdn.example/x", { domain: "cdn.example", path: "/x" }],
    ["mailto:ann@example.com", { scheme: "mailto", path: "ann@example.com" }],
    ["http://example.com", { scheme: "http", domain: "example.com", path: "" }],
    ["http://example.com:99999/", { scheme: "http", domain: "example.com", path: "/" }],
    ["?a=1", { path: "", query: "a=1" }],
    ["/a#", { path: "/a", fragment: "" }],
  ])("%s", (text, parts) => {
    const none = {
      scheme: undefined,
      domain: undefined,
      port: undefined,
      query: undefined,
      fragment: undefined,
    };
    expect(splitUrl(text)).toEqual({ ...none, ...parts });
  });

  it.each(["", "word", "localhost:8080", "-", "x".repeat(70_000)])("%.20s is none", (text) => {
    expect(splitUrl(text)).toBeUndefined();
  });

  it("takes back what it was given: the parts make the text again", () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
        const parts = splitUrl(url)!;
        const query = parts.query === undefined ? "" : `?${parts.query}`;
        const fragment = parts.fragment === undefined ? "" : `#${parts.fragment}`;
        expect(`${parts.scheme}://${parts.domain}${parts.path}${query}${fragment}`.toLowerCase()).toBe(
          url.toLowerCase(),
        );
      }),
    );
  });
});

describe("queryJson", () => {
  it.each([
    ["a=1&b=x%20y&a=2", '{"a":["1","2"],"b":"x y"}'],
    ["/search?q=c%2B%2B+now#top", '{"q":"c++ now"}'],
    ["https://example.com/?a", '{"a":""}'],
    ["?=1", '{"":"1"}'],
    ["?a=%zz&b=%ff", '{"a":"%zz","b":"%ff"}'],
    ["?__proto__=1&constructor=2", '{"__proto__":"1","constructor":"2"}'],
    ["?a=b=c", '{"a":"b=c"}'],
    ["/path/only", undefined],
    ["https://example.com/a=b", undefined],
    ["", undefined],
    ["?", undefined],
  ])("%s is %s", (text, json) => {
    expect(queryJson(text)).toBe(json);
  });

  it("agrees with the platform's own reading, apart from repeated names", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (values) => {
        const text = new URLSearchParams(values).toString();
        const json = queryJson(`?${text}`);
        expect(json === undefined ? {} : JSON.parse(json)).toEqual(
          Object.fromEntries(new URLSearchParams(text)),
        );
      }),
    );
  });
});

describe("containerMembers", () => {
  const id = "0123456789abcdef".repeat(4);
  it.each([
    [
      `/var/log/containers/web-7d4b9-x2x.v1_shop_nginx-main-${id}.log`,
      `"k8s.namespace.name":"shop","k8s.pod.name":"web-7d4b9-x2x.v1","k8s.container.name":"nginx-main","container.id":"${id}"`,
    ],
    [
      "/var/log/pods/kube-system_etcd-0_6f0a9c3e-8f1d-4f57-9a57-2f9a3c1b2d4e/etcd/3.log",
      '"k8s.namespace.name":"kube-system","k8s.pod.name":"etcd-0","k8s.pod.uid":"6f0a9c3e-8f1d-4f57-9a57-2f9a3c1b2d4e","k8s.container.name":"etcd","k8s.container.restart_count":3',
    ],
    [
      "/var/log/pods/a_b_6f0a9c3e-8f1d-4f57-9a57-2f9a3c1b2d4e/c/0.log.20260101-000000.gz",
      '"k8s.namespace.name":"a","k8s.pod.name":"b","k8s.pod.uid":"6f0a9c3e-8f1d-4f57-9a57-2f9a3c1b2d4e","k8s.container.name":"c","k8s.container.restart_count":0',
    ],
    [`/var/lib/docker/containers/${id}/${id}-json.log`, `"container.id":"${id}"`],
    ["/var/log/syslog", undefined],
    [`/var/log/containers/only_two-${id}.log`, undefined],
  ])("%s", (path, members) => {
    expect(containerMembers(path)).toBe(members);
  });
});

describe("unpackedJson", () => {
  it.each([
    ['{"a":1.0,"b":[1 , 2]}', 1, '{"a":1.0,"b":[1 , 2]}'],
    [' {"a":\n9223372036854775807}\r\n', 1, '{"a": 9223372036854775807}'],
    ['{"a":"{\\"b\\":\\"[1]\\"}"}', 1, '{"a":"{\\"b\\":\\"[1]\\"}"}'],
    ['{"a":"{\\"b\\":\\"[1]\\"}"}', 2, '{"a":{"b":"[1]"}}'],
    ['{"a":"{\\"b\\":\\"[1]\\"}"}', 3, '{"a":{"b":[1]}}'],
    ['["x","[2]"]', 2, '["x",[2]]'],
    ['{"a":"\ud800"}', 1, '{"a":"\\ud800"}'],
    ['"text"', 1, undefined],
    ["17", 1, undefined],
    ['{"a":1', 1, undefined],
    ['{"a":1} and more', 1, undefined],
    ["[".repeat(65) + "]".repeat(65), 1, undefined],
  ])("%s opened %d times", (text, depth, json) => {
    expect(unpackedJson(text, depth)).toBe(json);
  });

  it("puts it in the place of the text, under a name, or beside it", () => {
    const counts: string[] = [];
    const unpack = (prefix: string) =>
      unpackEnricher({ field: "log", prefix }, 1, (counter) => counts.push(counter));
    const event = '{"level":"info","log":"{\\"level\\":\\"warn\\",\\"n\\":1.0}","z":0}';
    expect(enriched(event, unpack("log"))).toBe('{"level":"info","log":{"level":"warn","n":1.0},"z":0}');
    expect(enriched(event, unpack("own"))).toBe(`${event.slice(0, -1)},"own":{"level":"warn","n":1.0}}`);
    expect(enriched(event, unpack("."))).toBe('{"level":"warn","z":0,"n":1.0}');
    expect(enriched('{"log":"{\\"log\\":1}"}', unpack("."))).toBe('{"log":1}');
    expect(enriched('{"log":"{ }","a":1}', unpack("."))).toBe('{"a":1}');
    for (const text of ['{"log":"plain"}', '{"log":7}', "{}"]) expect(enriched(text, unpack("."))).toBe(text);
    expect(counts).toHaveLength(5);
    for (const text of ['{"log":"{broken"}', '{"log":"[1]"}']) expect(enriched(text, unpack("."))).toBe(text);
    expect(counts.slice(5)).toEqual(["not_json", "not_json"]);
  });
});

describe("agentMembers", () => {
  let parse: ParseAgent;
  beforeAll(async () => {
    parse = await loadAgentParser();
  });
  const of = (header: string) => {
    const members = agentMembers(header, "ua", parse);
    return members === undefined ? undefined : (JSON.parse(`{${members}}`) as Record<string, unknown>);
  };

  it("knows browsers, systems and devices", () => {
    expect(
      of(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
      ),
    ).toEqual({
      "ua.name": "Safari",
      "ua.version": "17.1",
      "ua.os.name": "iOS",
      "ua.os.version": "17.1",
      "ua.device.type": "mobile",
      "ua.device.name": "Apple iPhone",
      "ua.is_bot": false,
    });
  });

  it.each([
    ["curl/8.5.0", "curl", "8.5.0", false],
    ["python-requests/2.31.0", "python-requests", "2.31.0", false],
    ["kube-probe/1.28", "kube-probe", "1.28", true],
    ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot", "2.1", true],
    ["Mozilla/5.0 (compatible; SomethingNew/1.0; +https://example.com/about)", "SomethingNew", "1.0", true],
    ["ELB-HealthChecker/2.0", "ELB-HealthChecker", "2.0", true],
    [
      "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4844.88 Mobile Safari/537.36",
      "Chrome",
      "99.0.4844.88",
      false,
    ],
  ])("%s", (header, name, version, isBot) => {
    expect(of(header)).toMatchObject({ "ua.is_bot": isBot });
    expect([of(header)!["ua.name"], of(header)!["ua.version"]]).toEqual([name, version]);
  });

  it("has nothing to say of an empty header", () => {
    expect([of(""), of("-"), of("  ")]).toEqual([undefined, undefined, undefined]);
  });

  it("gives valid members for anything, as all that read texts do", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const members = agentMembers(text, "ua", parse);
        if (members !== undefined) expect(checkJson(`{${members}}`)).toBeUndefined();
        const event = `{"t":${quote(text)}}`;
        const all = [
          urlEnricher({ field: "t", prefix: "url" }),
          queryEnricher({ field: "t", prefix: "query" }),
          containerEnricher("t"),
          agentEnricher({ field: "t", prefix: "ua" }, parse),
          unpackEnricher({ field: "t", prefix: "t" }, 3, () => {}),
        ];
        for (const one of all) expect(checkJson(enriched(event, one))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});
