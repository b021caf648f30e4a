import { describe, expect, it } from "vitest";
import { redact } from "../support.js";

const out = (line: string, options = {}) => redact(`${line}\n`, options).out.trimEnd();

describe("values whose names are values", () => {
  it.each([
    // containers and HTTP archives
    ['{"env":[{"name":"DB_PASSWORD","value":"«x1»"},{"name":"HOST","value":"db"}]}'],
    ['{"value":"«x1»","name":"DB_PASSWORD"}'],
    ['{ "Name" : "client_secret" , "Value" : "«x1»" }'],
    ['{"headers":[{"name":"X-Auth-Token","value":"«x1»"},{"name":"Accept","value":"*/*"}]}'],
    // OpenTelemetry: the wrapper stays
    [
      '{"attributes":[{"key":"db.password","value":{"stringValue":"«x1»"}},{"key":"n","value":{"intValue":"5"}}]}',
    ],
    [
      '{"attributes":[{"key":"http.request.header.authorization","value":"«{"arrayValue":{"values":[{"stringValue":"x1"}]}}»"}]}',
    ],
    // requests of APIs, audit logs
    ['{"Parameter":{"ParameterName":"password","ParameterValue":"«x1»"}}'],
    ['{"field":"password","old_value":"«x1»","new_value":"«x2»","by":"ann"}'],
    ['{"changes":{"key":"api_key","from":"«x1»","to":"«x2»"}}'],
    // lists
    ['{"h":["Authorization","«Token x1»"]}'],
    ['{"rawHeaders":["Host","a.example","Cookie","«a=b1»","Accept","*/*"]}'],
    ['{"argv":["psql","--password","«x1»","-h","db"]}'],
    ['{"form":[["user","ann"],["password",«987654321»]]}'],
    ['{"form":["id",12,"pin_token",«987654321»]}'],
    // JSON Patch, validators, databases, XML as JSON
    ['{"ops":[{"op":"replace","path":"/password","value":"«x1»"},{"op":"add","path":"/a","value":"x"}]}'],
    ['{"ops":[{"op":"add","value":{"id":1},"path":"/users/3/api_key/id"}]}'],
    [
      '{"errors":[{"type":"field","value":"«x1»","msg":"Invalid value","path":"user.password","location":"body"}]}',
    ],
    ['{"detail":[{"type":"string_too_short","loc":["body","password"],"msg":"short","input":"«x1»"}]}'],
    ['{"issues":[{"input":"«x1»","path":["user",0,"clientSecret"]}]}'],
    ['{"e":{"instancePath":"/api-key","keyword":"pattern","value":"«x1»"}}'],
    ['{"changes":[{"column":"password","before":"«x1»","after":"«x2»"}]}'],
    ['{"property":{"@name":"password","#text":"«x1»"}}'],
    ['{"property":{"@name":"password","@value":"«x1»"}}'],
    // a name in escapes
    ['{"k":"p\\u0061ssword","v":"«x1»"}'],
  ])("%s", (marked) => {
    const source = marked.replaceAll('"«{', "{").replaceAll('}»"', "}").replace(/[«»]/g, "");
    const wanted = marked.replace(/"?«[^»]*»"?/g, '"[REDACTED]"');
    expect(() => JSON.parse(source)).not.toThrow();
    expect(out(source)).toBe(wanted);
  });

  it.each([
    '{"missing":["password","email"]}',
    '{"fields":["DB_PASSWORD","DB_HOST"]}',
    '{"name":"password","required":true,"value":null}',
    '{"name":"password","type":"string","description":"a text of yours"}',
    '{"message":"the user forgot his password","value":5}',
    '{"argv":["--password-stdin","-h"]}',
    '{"argv":["x","--password=[SECRET]","db"]}',
    '{"headers":["Authorization","Accept"]}',
    '{"name":"max_tokens","value":4096}',
    '{"words":[["password",3],["token",12]]}',
    '{"method":"POST","path":"/v1/token","data":{"a":1},"from":"web","content":"text"}',
    '{"path":["a","password","b"],"input":"x"}',
    '{"a":["password",{"a":1}]}',
  ])("stays: %s", (line) => {
    expect(out(line)).toBe(line);
  });

  it("are allowed, dropped and counted like values of fields", () => {
    const line = '{"env":[{"name":"DB_PASSWORD","value":"changed"}]}';
    expect(out(line, { allow: ["changed"] })).toBe(line);
    expect(out(line, { action: ["drop"] })).toBe('{"env":[{"name":"DB_PASSWORD"}]}');
    expect(redact(`${line}\n`, {}, { hasAudit: true }).counts).toMatchObject({
      field: 1,
      "field in env[].value": 1,
    });
  });

  it("are found in time in proportion to the line, however deep", () => {
    const deep = `{"a":${'{"name":"password","value":'.repeat(400)}1${"}".repeat(400)}}`;
    expect(out(deep)).toBe('{"a":{"name":"password","value":"[REDACTED]"}}');
    const many = `{"a":[${'{"name":"password","value":"x1"},'.repeat(100_000)}1]}`;
    expect(out(many)).not.toContain("x1");
    const list = `{"a":[${'"password","x1",'.repeat(300_000)}"b"]}`;
    expect(out(list)).toBe(list);
  });
});
