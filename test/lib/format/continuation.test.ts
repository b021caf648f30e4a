import { describe, expect, it } from "vitest";
import { isContinuation } from "../../../src/lib/format/continuation.js";
import { formats } from "../../../src/lib/format/registry.js";

describe("isContinuation", () => {
  it.each([
    "\tat org.example.Shop.main(Shop.java:31)",
    '  File "/srv/shop.py", line 3, in <module>',
    "    raise ValueError(x)",
    "Traceback (most recent call last):",
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
    "ValueError: no such item",
    "shop.errors.CartError: empty",
    "KeyboardInterrupt",
    "java.lang.NullPointerException: item",
    "java.io.IOException",
    "Caused by: java.io.IOException: gone",
    "Suppressed: java.io.IOException: gone",
    "... 12 more",
    'Exception in thread "main" java.lang.Error',
    "at Shop.main(Shop.java:31)",
    "--- End of inner exception stack trace ---",
    "goroutine 1 [running]:",
    "panic: runtime error: index out of range",
    "created by main.main",
    "exit status 2",
  ])("%s goes on", (line) => {
    expect(isContinuation(line)).toBe(true);
  });

  it.each([
    "",
    " ",
    "\t \t",
    "Error",
    "Error is not an error line",
    "ValueErrors: two",
    "at noon",
    "at Shop",
    "panicking",
    "INFO: started",
    "Caused by",
    "2026-11-21 10:00:01 ValueError: x",
    "exit status 2 was returned",
    "... and 12 more",
  ])("%j stands alone", (line) => {
    expect(isContinuation(line)).toBe(false);
  });

  it("never takes the first line of an event", () => {
    for (const format of formats) {
      for (const { line, event, before } of format.examples) {
        if (event !== undefined && before === undefined)
          expect([line, isContinuation(line)]).toEqual([line, false]);
      }
    }
  });
});
