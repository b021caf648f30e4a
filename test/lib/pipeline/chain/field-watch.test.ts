import { describe, expect, it } from "vitest";
import { MissingFields } from "../../../../src/lib/pipeline/accounting/hints/missing-fields.js";
import { type FieldsSeen, FieldWatch } from "../../../../src/lib/pipeline/chain/field-watch.js";

/** What is said at the end of a stage that was told of the fields, after blocks of these lines. */
function said(fields: readonly string[], ...blocks: readonly string[]): readonly string[] {
  const watch = new FieldWatch(fields);
  const missing = new MissingFields(new Map([["stage", fields]]));
  for (const block of blocks) {
    watch.look(Buffer.from(block));
    const seen: FieldsSeen | undefined = watch.take();
    missing.add(seen === undefined ? {} : { stage: seen });
  }
  const notices: string[] = [];
  missing.report({ log: (_level, text) => notices.push(text) });
  return notices;
}

describe("a field that no event has", () => {
  it.each<[string, string, string]>([
    ["traceid", '{"trace_id":"a"}\n', 'did you mean "trace_id"?'],
    ["traceId", '{"trace_id":"a"}\n', 'did you mean "trace_id"?'],
    ["host", '{"hostname":"a"}\n', 'parse gives "hostname" that name: put it before'],
    ["hos", '{"hostname":"a"}\n', 'did you mean "hostname"?'],
    ["user.ident", '{"user":{"id":7}}\n', 'did you mean "user.id"?'],
    ["user_id", '{"user":{"id":7}}\n', 'did you mean "user.id"?'],
    ["level", '{"source":"a","raw":"level=info"}\n', 'lines in "raw" are read by parse: put it before'],
    ["level", '{"a":1,"b":2}\n', "they have a, b"],
  ])("%s of %s", (field, events, help) => {
    expect(said([field], events)).toEqual([expect.stringContaining(help)]);
    expect(said([field], events)[0]).toContain(`no event has the field "${field}"`);
  });

  it.each<[string, readonly string[]]>([
    ["of an empty stream", []],
    ["of a stream without events", ["plain words\n", "[1,2]\n"]],
    ["that comes late", ['{"a":1}\n', '{"a":1}\n', '{"traceid":1}\n']],
    ["written with escapes", ['{"\\u0074raceid":1}\n']],
    ["that is null", ['{"traceid":null}\n']],
    ["behind long lines", [`{"a":"${"x".repeat(100_000)}"}\n{"a":1}\n{"traceid":1}\n`]],
  ])("is not said %s", (_, blocks) => {
    expect(said(["traceid"], ...blocks)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ["beside escapes in values", "traceid", '{"a":"\\u001b[0m"}'],
    ["beside other keys with escapes", "traceid", '{"\\u0061":1}'],
    ["that others have inside of an object", "traceid", '{"a":{"traceid":1}}'],
    ["that is a value", "traceid", '{"kind":"traceid"}'],
    ["that is in a text", "traceid", '{"message":"{\\"traceid\\":1}"}'],
    ["whose parts are elsewhere", "a.d", '{"a":{"b":1},"c":{"d":1}}'],
    ["whose parts are the wrong way round", "a.d", '{"d":{"a":1}}'],
    ["that ends like another", "id", '{"traceid":1}'],
    ["of a place that no array has", "a.3", '{"a":[1,2]}'],
    ["inside of a text", "a.d", '{"a":"{\\"d\\":1}"}'],
  ])("is said %s", (_, field, event) => {
    expect(said([field], `${event}\n`)).toEqual([expect.stringContaining(`the field "${field}"`)]);
  });

  it.each<[string, string]>([
    ["a.b.c", '{"a.b":{"c":1}}'],
    ["a.b.c", '{"a":{"b.c":1}}'],
    ["a.b.c", '{"a.b.c":1}'],
    ["a.b.c", '{"a":{"b":{"c":1}}}'],
    ["a.b.c", '{"a":{"b":{"\\u0063":1}}}'],
    ["a.0", '{"a.0":1}'],
    ["a.0.1", '{"a":[[1,2]]}'],
    ["a.b.c.d.e.f.g", '{"a":{"b":{"c":{"d":{"e":{"f":{"g":1}}}}}}}'],
    ["logging.googleapis.com/trace", '{"logging.googleapis.com\\/trace":1}'],
    ["", '{"":1}'],
    ['a"b', '{"a\\"b":1}'],
  ])("is not said of %s, which %s has", (field, event) => {
    expect(said([field], '{"x":1}\n', `${event}\n`)).toEqual([]);
  });

  it("is said of each alone, and paths into arrays are found", () => {
    expect(said(["a.0.b", "c", "d"], '{"a":[{"b":1}],"c":2}\n')).toEqual([
      'stage: no event has the field "d"; they have a, c',
    ]);
  });
});
