import { describe, expect, it } from "vitest";
import { combined } from "../../../../src/lib/format/access/combined.js";
import { common } from "../../../../src/lib/format/access/common.js";
import { cases, read } from "../examples.js";

const T = "[05/Mar/2025:07:08:09 +0000]";
const timestamp = "2025-03-05T07:08:09Z";
const get = { method: "GET", path: "/", protocol: "HTTP/1.1" };
const GET = '"GET / HTTP/1.1"';

describe("combined", () => {
  cases(combined, [
    [`a - - ${T} ${GET} 200 1 "-" "-"`, { timestamp, client_ip: "a", ...get, status: 200, bytes: 1 }],
    [`- - - ${T} "-" - - - -`, { timestamp }],
    [`a - - ${T} "" 200 1 "" ""`, { timestamp, client_ip: "a", status: 200, bytes: 1 }],
    [
      `a - - ${T} "GET /" 200 1 - "u"`,
      { timestamp, client_ip: "a", request: "GET /", status: 200, bytes: 1, user_agent: "u" },
    ],
    [
      `a - - ${T} "get / HTTP/1.1" 000 1 - -`,
      { timestamp, client_ip: "a", request: "get / HTTP/1.1", status: 0, bytes: 1 },
    ],
    [
      `a - - ${T} "GET  HTTP/1.1" 400 1 - -`,
      { timestamp, client_ip: "a", request: "GET  HTTP/1.1", status: 400, bytes: 1 },
    ],
    [
      `a - - ${T} "GET /x y\\"z HTTP/1.1" 200 1 "say \\"hi\\"" "C:\\\\dir"`,
      {
        timestamp,
        client_ip: "a",
        ...get,
        path: '/x y"z',
        status: 200,
        bytes: 1,
        referer: 'say "hi"',
        user_agent: "C:\\dir",
      },
    ],
    [
      `a - - ${T} "GET /\\xD0\\xBF\\x22 HTTP/1.1" 200 1 "\\xff\\x41" "\\x00\\n\\u0022"`,
      {
        timestamp,
        client_ip: "a",
        ...get,
        path: '/п"',
        status: 200,
        bytes: 1,
        referer: "\\xff\\x41",
        user_agent: "\\x00\\n\\u0022",
      },
    ],
    [
      `a - - ${T} "GET /q="x"y HTTP/1.1" 200 1 "-" "say "hi", you" "x, y" 0.1`,
      {
        timestamp,
        client_ip: "a",
        ...get,
        path: '/q="x"y',
        status: 200,
        bytes: 1,
        user_agent: 'say "hi", you',
        extra: '"x, y" 0.1',
      },
    ],
    [
      `a - john smith ${T} ${GET} 200 1 - -`,
      { timestamp, client_ip: "a", user: "john smith", ...get, status: 200, bytes: 1 },
    ],
    [
      `v a - - ${T} ${GET} 200 1 - -`,
      { timestamp, vhost: "v", client_ip: "a", ...get, status: 200, bytes: 1 },
    ],
    [
      `v a - b c ${T} ${GET} 200 1 - -`,
      { timestamp, vhost: "v", client_ip: "a", user: "b c", ...get, status: 200, bytes: 1 },
    ],
    [
      `a b c ${T} ${GET} 200 1 - -`,
      { timestamp, client_ip: "a", ident: "b", user: "c", ...get, status: 200, bytes: 1 },
    ],
    [`a b - ${T} ${GET} 200 1 - -`, { timestamp, client_ip: "a", ident: "b", ...get, status: 200, bytes: 1 }],
    [
      `a, b - - ${T} ${GET} 200 1 - -`,
      { timestamp, client_ip: "a", x_forwarded_for: "a, b", ...get, status: 200, bytes: 1 },
    ],
    [
      `a, b - - ${T} ${GET} 200 1 - - "192.0.2.7"`,
      {
        timestamp,
        client_ip: "a",
        x_forwarded_for: "a, b",
        ...get,
        status: 200,
        bytes: 1,
        extra: '"192.0.2.7"',
      },
    ],
    [
      `a,b - - ${T} ${GET} 200 1 - -`,
      { timestamp, client_ip: "a", x_forwarded_for: "a,b", ...get, status: 200, bytes: 1 },
    ],
    [
      `unknown, b - - ${T} ${GET} 200 1 - -`,
      { timestamp, x_forwarded_for: "unknown, b", ...get, status: 200, bytes: 1 },
    ],
    [
      `a b.example - ${T} ${GET} 200 1 - -`,
      { timestamp, client_ip: "a", vhost: "b.example", ...get, status: 200, bytes: 1 },
    ],
    [`a -  ${T} ${GET} 200 1 - -`, { timestamp, client_ip: "a", ...get, status: 200, bytes: 1 }],
    [`a - - ${T} ${GET} 200 1 "r" "u`, undefined],
    [`a - - ${T} ${GET} 200 1 "r" "u"x`, undefined],
    [`a - - ${T} ${GET} 200 1 "r" "u\\"`, undefined],
    [`a - - ${T} ${GET} 200 1 "r"`, undefined],
    [`a - - ${T} ${GET} 200 01 - -`, undefined],
    [`a - - ${T} ${GET} 20 1 - -`, undefined],
    [`a - - ${T} ${GET} 2000 1 - -`, undefined],
    [`a - - ${T} ${GET}  200 1 - -`, undefined],
    [`a - - ${T}  ${GET} 200 1 - -`, undefined],
    [`a - ${T} ${GET} 200 1 - -`, undefined],
    [`- ${T} ${GET} 200 1 - -`, undefined],
    [` ${T} ${GET} 200 1 - -`, undefined],
    [`a - - [05/Mar/2025:07:08:60 +0000`, undefined],
    ["", undefined],
  ]);

  it("keeps every digit of a large count and ignores a last space", () => {
    const line = `a - - ${T} ${GET} 200 99999999999999999999 "r" "u" `;
    expect(read(combined, line)).toContain('"bytes":99999999999999999999,"referer":"r","user_agent":"u"}');
  });
});

describe("common", () => {
  cases(common, [
    [`a - - ${T} ${GET} 200 1`, { timestamp, client_ip: "a", ...get, status: 200, bytes: 1 }],
    [
      `a - - ${T} ${GET} 200 1 0.005 "x"`,
      { timestamp, client_ip: "a", ...get, status: 200, bytes: 1, extra: '0.005 "x"' },
    ],
    [`a - - [05/Mar/2025 07:08:09] ${GET} 200 -`, { timestamp, client_ip: "a", ...get, status: 200 }],
    [`a - - [05/Mar/2025 07:08:09 +0000] ${GET} 200 -`, undefined],
    [`a - - ${T} ${GET} 200`, undefined],
    [`a - - ${T} ${GET} 200 1.5`, undefined],
  ]);
});
