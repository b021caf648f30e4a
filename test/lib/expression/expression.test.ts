import { describe, expect, it } from "vitest";
import { resultOf } from "./support.js";

const EVENT =
  `{"timestamp":"2026-11-21T10:00:00.123456789Z","level":"error","latency_ms":350,"message":"read \\"x\\" timeout\\n","status":"500",
"user":{"id":"u1","roles":["admin","ops"]},"a.b":1,"odd key":true,"none":null,"big":9007199254740993,"ratio":0.5,"one":1.0,
"items":[{"name":"x","price":3},{"name":"y","price":7}],"unicode":"gr\\u00fc\\u00df","tags":{"k8s.io/name":"api"},"épée":2}`.replace(
    /\n/g,
    " ",
  );

const CASES: readonly (readonly [string, string | undefined])[] = [
  // fields
  ["level", '"error"'],
  ["one", "1.0"],
  ["one * 1", "1"],
  ["big", "9007199254740993"],
  ["a.b", "1"],
  ["user.id", '"u1"'],
  ["user.roles[1]", '"ops"'],
  ["items[1].name", '"y"'],
  ['event["odd key"]', "true"],
  ["`odd key`", "true"],
  ['tags["k8s.io/name"]', '"api"'],
  ["tags.`k8s.io/name`", '"api"'],
  ["épée", "2"],
  ["nothing", undefined],
  ["user.name", undefined],
  ["none", "null"],
  // equality
  ['level == "error"', "true"],
  ['"error" == level', "true"],
  ['level != "error"', "false"],
  ['level == "errors"', "false"],
  ['level == "err"', "true"],
  ['level == "ERROR"', "true"],
  ['level != "Err"', "false"],
  ['level in ["warn", "ERR"]', "true"],
  ['level == "warning"', "false"],
  ['level == ""', "false"],
  ['message == "read \\"x\\" timeout\\n"', "true"],
  ['message != "read \\"x\\" timeout\\n"', "false"],
  ['unicode == "grüß"', "true"],
  ['unicode == "gru"', "false"],
  ['status == "500"', "true"],
  ["status == 500", "false"],
  ["status != 500", "true"],
  ['latency_ms == "350"', "false"],
  ["none == null", "true"],
  ["level == null", "false"],
  ["nothing == null", undefined],
  ['nothing == "x"', undefined],
  ['nothing != "x"', undefined],
  ["one == 1", "true"],
  ["big == 9007199254740993", "true"],
  ["big == 9007199254740992", "false"],
  ["big > 9007199254740992", "true"],
  ["big >= 9007199254740994", "false"],
  ["user.roles == [`level`]", "false"],
  ['user.roles == ["admin", "ops"]', "true"],
  ['user == {"id": "u1", "roles": ["admin", "ops"]}', "true"],
  // order
  ["latency_ms > 200", "true"],
  ["200 < latency_ms", "true"],
  ["latency_ms <= 349.5", "false"],
  ["level < 3", undefined],
  ["nothing < 3", undefined],
  ['status > "4"', "true"],
  ['level >= "warn"', "true"],
  ['level > "error"', "false"],
  ['"fatal" > level', "true"],
  ['severity(level) >= severity("warn")', "true"],
  // times
  ['timestamp(timestamp) > timestamp("2026-11-21T10:00:00Z")', "true"],
  ['timestamp > timestamp("2026-11-21T10:00:00.123456788Z")', "true"],
  ['timestamp > timestamp("2026-11-21T10:00:00.123456789Z")', "false"],
  ['timestamp >= timestamp("2026-11-21T10:00:00.123456789Z")', "true"],
  ['timestamp == timestamp("2026-11-21T11:00:00.123456789+01:00")', "true"],
  ['timestamp(timestamp) - timestamp("2026-11-21T09:00:00Z")', '"3600.123456789s"'],
  ['timestamp - duration("1d")', '"2026-11-20T10:00:00.123456789Z"'],
  ['timestamp.getHours("Europe/Paris")', "11"],
  ['timestamp(timestamp) + duration("1ns")', '"2026-11-21T10:00:00.123456790Z"'],
  ['duration("1h") > duration("59m59s")', "true"],
  ["timestamp(level)", undefined],
  // arithmetic
  ["latency_ms / 1000", "0.35"],
  ["latency_ms + 1", "351"],
  ["-latency_ms", "-350"],
  ["big + 1", "9007199254740994"],
  ["big - 9007199254740992", "1"],
  ["9007199254740991 + 1", "9007199254740992"],
  ["9223372036854775807 * 2", "18446744073709551614"],
  ["1 / 0", undefined],
  ["latency_ms % 0", undefined],
  ["7 % 4", "3"],
  ["-7 % 4", "-3"],
  ["1e308 * 10.0", undefined],
  ["0x1F + .5", "31.5"],
  ["1 + 2 * 3 - 4 / 2", "5"],
  ['level + "!"', '"error!"'],
  ["level + latency_ms", undefined],
  ["[1] + [2]", "[1,2]"],
  // logic
  ["true || nothing", "true"],
  ["nothing || true", "true"],
  ["nothing || false", undefined],
  ["nothing && false", "false"],
  ["false && nothing", "false"],
  ["nothing && true", undefined],
  ["!nothing", undefined],
  ["!(latency_ms > 400)", "true"],
  ["latency_ms && true", undefined],
  ["latency_ms > 1 && latency_ms > 2 && nothing > 3 && latency_ms > 400", "false"],
  ["nothing == 1 || latency_ms == 1 || level == 'error'", "true"],
  ['latency_ms > 300 ? "slow" : "fast"', '"slow"'],
  ["nothing ? 1 : 2", undefined],
  // membership
  ['level in ["warn", "error"]', "true"],
  ['status in ["200"]', "false"],
  ["status in [500]", "false"],
  ["latency_ms in [1, 350.0]", "true"],
  ['"ops" in user.roles', "true"],
  ['"id" in user', "true"],
  ["nothing in [1]", undefined],
  // functions and macros
  ["has(none)", "true"],
  ["has(nothing)", "false"],
  ["has(user.id)", "true"],
  ["has(user.name)", "false"],
  ['has(event["odd key"])', "true"],
  ['message.contains("timeout")', "true"],
  ['message.contains("nt")', "false"],
  ['message.contains("\\"x\\"")', "true"],
  ['unicode.contains("ü")', "true"],
  ['level.startsWith("err") && level.endsWith("or")', "true"],
  ["latency_ms.contains('3')", undefined],
  ['message.matches("time.*\\\\n$")', "true"],
  ["items.exists(i, i.price > 5)", "true"],
  ["items.all(i, i.price > 5)", "false"],
  ["items.filter(i, i.price > 5).map(i, i.name)", '["y"]'],
  ["items.exists(i, i.price > 5 && user.roles.exists(r, r == 'ops'))", "true"],
  ["items.exists(i, i.weight > 5)", undefined],
  ["user.all(key, key in ['id', 'roles'])", "true"],
  ["items.map(i, i.price)[0]", "3"],
  ["coalesce(nothing, none, 7)", "7"],
  ["size(unicode)", "4"],
  ['{"a": level}', '{"a":"error"}'],
  ["level // a comment", '"error"'],
];

describe("values of expressions", () => {
  it.each(CASES)("%s", (text, expected) => {
    expect(resultOf(text, EVENT)).toBe(expected);
  });

  it("asks the clock that it is given", () => {
    const needs = { nowMs: () => Date.UTC(2026, 10, 21, 10, 0, 1) };
    expect(resultOf('now() - timestamp(timestamp) < duration("1s")', EVENT, needs)).toBe("true");
  });

  it("reads keys that are written with escapes", () => {
    expect(resultOf('level == "error"', '{"l\\u0065vel":"error"}')).toBe("true");
    expect(resultOf("n > 1", '{"\\u006e":2}')).toBe("true");
  });
});
