/** A glance at a line never misses what a pattern behind it would take. */
import fc from "fast-check";
import { expect, it } from "vitest";
import * as cues from "../../../../../src/lib/stages/parse/records/cues.js";
import { LINES } from "./lines.js";

/** What a glance must see: each of these says that a line opens a trace, goes on with one, or is of a statement. */
const TOLD: readonly RegExp[] = [
  ...[cues.EXCEPTION, cues.MENTION, cues.TRACEBACK, cues.CHAINED, cues.CAUSE, cues.UNCAUGHT, cues.GO_OPENING],
  ...[cues.PHP_OPENING, cues.RUBY_LINE, cues.RUST_OPENING, cues.PLACE, cues.STATEMENT, cues.SQL, cues.CLASS],
];

const WORDS =
  "Error: |MapperParsingException[no]|java.io.IOException|Throwable|Warning|SomeFailure|Interrupt|SystemExit|StopIteration|Uncaught |unhandled |panic: |goroutine 7 |SIGSEGV: |unexpected fault address |Traceback (most recent call last):|Stack trace:|[stacktrace]|#0 |a.rb:7:in `x|b.erb:1:in `y|Rakefile.rake:2:in 'z|config.ru:3:in `|STATEMENT: SELECT|QUERY: x|statement: x|execute a: b|parse c: d|bind e: f|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|MERGE INTO|thread 'main' panicked at |/srv/app.js:10|node:internal:5:6|Caused by: |Suppressed: |Wrapped by: |... 7 more|--- End of |---> |Next X: |org.example.Gone: x|terminate called |** (|PHP Fatal error: |Exception in thread |During handling of the above exception, | |x|é|\u{1f600}|:|.|\n"
    .split("|")
    .filter((word) => word !== "\n");

it("sees every line that a pattern takes", () => {
  const line = fc.oneof(
    fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }).map((parts) => parts.join("")),
    fc.constantFrom(...LINES),
  );
  fc.assert(
    fc.property(line, (text) => {
      const told = TOLD.filter((pattern) => pattern.test(text)).map(String);
      if (told.length > 0) expect(cues.hasSign(text), `${text}: ${told}`).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

it("passes over most lines that are none", () => {
  const plain = [
    "user u7 logged in from 198.51.100.7",
    "GET /index.html 200",
    "cache hit for key 12ab",
    "ok",
  ];
  expect(plain.filter(cues.hasSign)).toEqual([]);
});
