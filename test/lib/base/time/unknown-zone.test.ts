import { describe, expect, it } from "vitest";
import { timeAt } from "../../../../src/lib/base/time/time-at.js";

const nowMs = Date.UTC(2026, 10, 30);
const CLOCK = "2026-11-21 10:00:01";

describe("letters of zones that nobody knows", () => {
  it.each([
    [`${CLOCK} MEZ`, " ERROR out of stock"],
    [`${CLOCK},123 MESZ`, " INFO up"],
    [`${CLOCK} OESZ`, " [WARN] low"],
    [`${CLOCK} NOVST`, " INFO x"],
    [`${CLOCK} NUT`, " [http-1] DEBUG x"],
    [`${CLOCK} CVT`, " - ERROR - x"],
    [`${CLOCK} AFT`, " | INFO | x"],
    [`${CLOCK} AFT`, "|INFO|x"],
    [`${CLOCK} WEZ`, ",ERROR,x"],
    [`${CLOCK} WEZ`, ": WARNING: x"],
    [`${CLOCK} LINT`, " 4711 FATAL x"],
    [`${CLOCK} TOT`, " error: x"],
    [`${CLOCK} MEZ`, "] ERROR x"],
    [`${CLOCK} MEZ`, "] out of stock"],
    ["21 Nov 2026 10:00:01 MEZ", " ERROR x"],
    ["Nov 21, 2026 10:00:01 AM MEZ", " ERROR x"],
    ["Sat Nov 21 10:00:01 MEZ 2026", " x"],
    ["Nov 21 10:00:01 MEZ 2026", " x"],
    ["Sat Nov 21 10:00:01 NOVST 2026", " x"],
  ])("are part of the time %s before %s, which is no moment", (time, rest) => {
    expect(timeAt(time + rest, 0, nowMs)).toEqual({ end: time.length, timestamp: undefined });
  });

  it.each([
    " ERROR x",
    " WARN",
    " ALERT ERROR x",
    " HINT INFO x",
    " GET /cart",
    " POST ERROR x",
    " PUT INFO x",
    " API ERROR x",
    " SQL WARN x",
    " HTTP ERROR 500",
    " UAT INFO x",
    " MQTT ERROR x",
    " AUDIT INFO x",
    " FIRST ERROR x",
    " MEZ opened",
    " MEZT_7 ERROR x",
    " MEZ error=7",
    " MEZ info.log written",
  ])("are none in %s", (rest) => {
    expect(timeAt(CLOCK + rest, 0, nowMs)).toEqual({
      end: CLOCK.length,
      timestamp: "2026-11-21T10:00:01Z",
    });
  });

  it("are a host behind a date without a year", () => {
    expect(timeAt("Nov 21 10:00:01 MEZ ERROR x", 0, nowMs)?.end).toBe(15);
  });
});
